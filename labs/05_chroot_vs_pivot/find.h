/* find.h - who on this machine lives in a jail? */

#ifndef FIND_H
#define FIND_H

#include <sys/types.h>

enum jail_kind {
	JAIL_CHROOT, /* its "/" lies somewhere below the top of its mounts */
	JAIL_PIVOT, /* its "/" is the top of its mounts, and not ours */
};

/*
 * What jail_find() calls for each process it finds.  root is the name of its
 * root directory as seen from the top of the process's own mount namespace,
 * so "/" for a pivoted one; it is gone when the call returns.
 */
typedef void jail_found(
    pid_t pid, enum jail_kind kind, const char *root, void *arg);

/*
 * Call found, with arg passed on, for every process in /proc whose "/" is
 * another directory than the caller's.
 *
 * To look at the root of a process takes ptrace rights over it: root has them
 * over all, a user over his own.  Returns how many processes were passed over
 * for want of them, or -1 with errno (ENOENT: no /proc here).  One that ends
 * meanwhile is passed over too, and not counted.  See proc(5), ptrace(2).
 */
int jail_find(jail_found *found, void *arg);

#endif
