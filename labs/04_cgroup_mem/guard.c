/*
 * guard.c - the guard and the processes it starts.
 *
 * A handler could not take a group away: little is safe to call in one.  So
 * the guard blocks the signals and fetches them, and all the rest is plain
 * code.  See sigwaitinfo(2), signal-safety(7).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/sched.h>

#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "guard.h"

static sigset_t held;
static sigset_t inherited;

void
guard_signals(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction old;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&held);
	sigaddset(&held, SIGCHLD);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN) /* as nohup(1) wants it */
			sigaddset(&held, ends[i]);
	if (sigprocmask(SIG_BLOCK, &held, &inherited) == -1)
		err(EXIT_OWN, "sigprocmask");
}

/* In a new child: take signals again, and do not outlive the parent. */
static void
settle(pid_t parent)
{
	if (sigprocmask(SIG_SETMASK, &inherited, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
	if (getppid() != parent)
		exit(EXIT_OWN);
}

pid_t
guard_fork(void)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		settle(parent);
	return pid;
}

/* v2 has its children born in the group, v1's join it. */
pid_t
guard_fork_into(const char *group)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
	};
	pid_t parent = getpid(), pid = -1;
	int fd = cgroup_open(group);

	fflush(NULL);
	if (fd != -1) {
		args.cgroup = (uint64_t)fd;
		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
		close(fd);
	}
	if (pid == 0)
		settle(parent);
	if (pid != -1)
		return pid;

	/* v1, or a container's filter that refuses clone3. */
	pid = guard_fork();
	if (pid == 0 && cgroup_add(group, 0) == -1)
		err(EXIT_OWN, "cgroup_add: %s", group);
	return pid;
}

int
guard_wait(pid_t pid, int options)
{
	siginfo_t info;
	pid_t got;
	int wstatus;

	while ((got = waitpid(pid, &wstatus, options | WNOHANG)) != pid) {
		if (got == -1)
			err(EXIT_OWN, "waitpid %d", pid);
		if (sigwaitinfo(&held, &info) == -1 || info.si_signo == SIGCHLD)
			continue;

		/* A key pressed went to the command too: let that decide. */
		if (info.si_code == SI_KERNEL && info.si_signo != SIGHUP)
			continue;
		exit(EXIT_SIGNAL + info.si_signo);
	}
	return wstatus;
}
