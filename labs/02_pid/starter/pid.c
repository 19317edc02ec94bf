/*
 * pid.c - process numbers that start again at 1.
 *
 * pid.h says what each function shall do; the lesson is README.md.  One
 * function makes the namespace, the other shows it in /proc.
 *
 * Read: pid_namespaces(7), clone(2), proc(5), mount_namespaces(7).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "pid.h"

/* Returns twice, as fork(2) does: in the parent and in the new process 1. */
pid_t
pid_clone_init(int cgroup)
{
	/*
	 * The number of a process never changes.  So who asks unshare(2) for
	 * a PID namespace does not move into it: look up whom it moves, and
	 * for how long.  Only this one child shall go.
	 *
	 * clone(2) has a form whose arguments are a structure.  glibc has no
	 * function for it, but syscall(2) calls what has none.  Look up
	 * which signal a parent gets when its child ends, and who says so.
	 *
	 * A cgroup other than -1 is a place for the child to be born in; the
	 * structure has a member for that.  This lab always gives -1, and
	 * lab 04 explains the rest.
	 */
	(void)cgroup;
	errx(EXIT_OWN, "pid_clone_init: not written yet");
}

/* Called in the new process 1, which has a mount namespace of its own. */
void
pid_mount_proc(const char *target)
{
	/*
	 * The proc at target was mounted by the host and shows the host.  The
	 * kernel gives a new one to whoever mounts it: whose processes does
	 * that show?
	 *
	 * A mount namespace of one's own begins as a copy, and the copies of
	 * a shared mount still tell each other of new mounts.  End that
	 * first, for "/" and for all that is mounted below it, or the host
	 * gets your proc over its own.
	 */
	(void)target;
	errx(EXIT_OWN, "pid_mount_proc: not written yet");
}
