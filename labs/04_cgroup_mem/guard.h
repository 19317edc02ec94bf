/* guard.h - the process outside the group, and its children inside. */

#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

/*
 * From now on this process, the guard, takes the signals that end a program
 * only when it asks for them in guard_wait().  Call it before there is a group
 * to lose.  Exits on failure.
 */
void guard_signals(void);

/*
 * fork(2), as a child of the guard or of one of these: the child takes signals
 * again and does not outlive its parent.  Exit on failure.
 */
pid_t guard_fork(void);
pid_t guard_fork_into(const char *group);

/*
 * Wait for a child of the guard, as waitpid(2) does with these options, and
 * return its wait status.  A signal exits instead, and so removes the group.
 */
int guard_wait(pid_t pid, int options);

#endif
