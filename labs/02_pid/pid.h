/* pid.h - process 1 of a PID namespace, and what it owes the others. */

#ifndef PID_H
#define PID_H

#include <sys/types.h>

#include <signal.h>

/*
 * Like fork(2), but the child is process 1 of a new PID namespace.  The caller
 * and its later children stay where they are.  Needs CAP_SYS_ADMIN and a
 * process with one thread; fflush(3) first.  cgroup is a descriptor of a
 * cgroup v2 directory that the child is born in (lab 04), or -1 to share the
 * caller's.
 *
 * Returns the child's number in the caller's namespace, 0 in the child, or -1
 * with errno: ENOSPC when namespaces nest deeper than 32 levels or
 * user.max_pid_namespaces is used up.  See clone(2) and pid_namespaces(7).
 */
pid_t pid_clone_init(int cgroup);

/*
 * Mount a fresh proc on target ("/proc"): it shows the PID namespace of the
 * caller.  Call it in the box, with a mount namespace of its own; every mount
 * below "/" becomes private.  Needs CAP_SYS_ADMIN.  Exits on failure.
 */
void pid_mount_proc(const char *target);

/*
 * Block all signals, as pid_init() needs it, and save the old mask.  Call it
 * before the fork, or a signal may come before anyone listens.  The child
 * that runs the command gives it the old mask back before it execs:
 *
 *	pid_block_signals(&old);
 *	child = fork();
 *	if (child == 0) {
 *		sigprocmask(SIG_SETMASK, &old, NULL);
 *		execvp(...);
 *	}
 *	exit(pid_init(child));
 *
 * CHLD is no longer ignored, should it have been.  Exits on failure.
 */
void pid_block_signals(sigset_t *old);

/*
 * Be init: wait for every child there is, orphans of others included, pass
 * signals on to child, and return the exit status of child (128 + n when
 * signal n killed it) as soon as it has died.  Never fails.
 *
 * child is the caller's own, made after pid_block_signals().  Process 1 should
 * then exit with that status, and the kernel kills whoever is left.  The
 * parent of a process 1 may use it too, to keep a box from outside.
 *
 * CHLD, WINCH and URG are not passed on; KILL and STOP cannot be.  What the
 * terminal has sent to child as well (INT, QUIT, TSTP, TTIN, TTOU) is not sent
 * a second time; the caller stops when child is stopped in this way.
 */
int pid_init(pid_t child);

#endif
