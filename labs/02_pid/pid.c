/*
 * pid.c - process numbers that start again at 1.
 *
 * Every process of a PID namespace also has a number in each namespace above
 * it, up to the host's.  So who looks down sees everything, and who looks up
 * sees nothing: there is no number to name the host's processes by.
 *
 * Read: pid_namespaces(7), clone(2), proc(5).
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/syscall.h>

#include <linux/sched.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "exit.h"
#include "pid.h"

/* DOC: pid_clone_init */
pid_t
pid_clone_init(int cgroup)
{
	/* No stack: the child goes on with a copy of ours, as after fork. */
	struct clone_args args = {
		.flags = CLONE_NEWPID,
		.exit_signal = SIGCHLD,
	};

	/* Born in the group: there is no moment without its limits. */
	if (cgroup != -1) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (__u64)cgroup;
	}

	/*
	 * A process keeps its number for life, so unshare(2) would not move
	 * us: it would move every child to come.  clone3 moves this child
	 * only.  glibc has no wrapper.
	 */
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* DOC: pid_mount_proc */
void
pid_mount_proc(const char *target)
{
	/* Our mounts are still peers of the host's, which would get it too. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");

	/* A proc shows the namespace of the process that mounted it. */
	if (mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		NULL) == -1) {
		if (errno == EPERM)
			errx(EXIT_OWN,
			    "mount: proc on %s: refused, as where parts of "
			    "/proc are covered, in a container (make vm)",
			    target);
		err(EXIT_OWN, "mount: proc on %s", target);
	}
}
