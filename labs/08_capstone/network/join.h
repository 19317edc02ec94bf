/* join.h - the network of another box. */

#ifndef JOIN_H
#define JOIN_H

#include <sys/types.h>

#include <stdbool.h>

#include "state.h"

struct network_plan;

/*
 * Become root of the user namespace of the running container that is called
 * name, instead of one of our own: for a plain user who wants to share what
 * belongs to it.  state: its home is known.  Exits with one line on failure.
 */
void join_userns(const struct state *state, const char *name);

/*
 * Find the box whose network plan->config names, and have it know that it is
 * shared.  -1 with one line said on failure.
 */
int join_prepare(struct network_plan *plan);

/*
 * In the box: move to the network of that box.  Needs CAP_SYS_ADMIN over
 * both.  Exits on failure.
 */
void join_enter(struct network_plan *plan);

/*
 * Put the box whose network it was first in place of id.  It has the address;
 * when it ends, the address goes to someone else, so then it takes it from
 * those who joined.
 */
void join_owner(const char *home, char id[STATE_ID_SIZE]);

/* Forget that the container id has joined another. */
void join_forget(const char *home, const char *id);

/* Whether anyone joined the container id, and forget it. */
bool join_unmark(const char *home, const char *id);

#endif
