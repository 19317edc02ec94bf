/* delegate.h - where in a hierarchy we may make groups of our own. */

#ifndef DELEGATE_H
#define DELEGATE_H

#include "hierarchy.h"

/*
 * Set h->parent for a hierarchy that is mounted on top and shows the subtree
 * root of itself ("/" as a rule): its top where the caller may write there,
 * else the group that the caller is in.
 */
void delegate_parent(struct hierarchy *h, const char *root, const char *top);

/*
 * Make v2's controllers usable in the groups below h->parent.  This may move
 * the processes that stand in h->parent itself, the caller's shell among
 * them, into a child group that stays: see delegate.c.  0, or -1 with errno.
 */
int delegate_controllers(const struct hierarchy *h);

#endif
