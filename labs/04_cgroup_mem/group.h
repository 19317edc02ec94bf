/* group.h - the group of this run: to make, limit, look at and remove. */

#ifndef GROUP_H
#define GROUP_H

#include <stdint.h>

#include "cgroup.h"

/*
 * Remove the groups that dead runs left behind, then make one with a name of
 * its own, and return that.  It is removed, with all processes in it, when the
 * caller exits.  Exits, saying what to do, where we may not make groups.
 */
const char *group_make(void);

/*
 * Limit memory, and swap away: or the group would page out at its limit
 * instead of being killed.  Exits on failure.
 */
void group_limit(const char *group, uint64_t bytes);

/* What the group uses now.  Exits on failure. */
struct cgroup_memory group_look(const char *group);

#endif
