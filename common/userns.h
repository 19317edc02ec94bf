/* userns.h - how a plain user becomes root, of a namespace of its own. */

#ifndef USERNS_H
#define USERNS_H

#include <sys/types.h>

#include <stdbool.h>

/* Does the caller lack CAP_SYS_ADMIN, and so need userns_enter()? */
bool userns_needed(void);

/* Is the caller in a user namespace that is not the machine's first? */
bool userns_inside(void);

/*
 * Move the caller into a new user namespace in which it is uid 0 and gid 0
 * with every capability; outside it keeps its own ids.  When /etc/subuid and
 * /etc/subgid grant the user a range and newuidmap(1) and newgidmap(1) are
 * installed, ids 1 and up are mapped to that range; else 0 is the only id.
 *
 * Call it first, in a process with one thread.  Returns how many user ids the
 * namespace has.  Exits, saying what to do, where user namespaces are refused.
 * See user_namespaces(7).
 */
unsigned int userns_enter(void);

/*
 * Move into the user namespace of pid, unless the caller is in it already: a
 * plain user's way to the other namespaces of a box that it started before.
 * Exits on failure.
 */
void userns_join(pid_t pid);

#endif
