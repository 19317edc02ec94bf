/* box.c - a box of lab 06, and the parent that stays to clean up after it. */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <err.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "box.h"
#include "exit.h"
#include "nsid.h"
#include "say.h"
#include "userns.h"

void
become_able(void)
{
	if (!userns_needed())
		return;
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

void
enter_mount_namespace(void)
{
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
}

pid_t
box_fork(sigset_t *signals)
{
	sigset_t before;
	pid_t parent = getpid(), pid;

	/* Were it ignored, nobody would tell us of the child's end. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(signals);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGQUIT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, signals, &before);
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);

		/* It may have died before we asked. */
		if (getppid() != parent)
			_exit(EXIT_OWN);
	}
	return pid;
}

int
box_wait(pid_t pid, const sigset_t *signals)
{
	siginfo_t info;
	int wstatus;

	for (;;) {
		if (sigwaitinfo(signals, &info) == -1)
			continue;
		if (info.si_signo != SIGCHLD) {
			/* What the terminal sends, the child got as well. */
			if (info.si_code != SI_KERNEL)
				kill(pid, info.si_signo);
		} else if (waitpid(pid, &wstatus, WNOHANG) == pid) {
			return exit_status(wstatus);
		}
	}
}
