/*
 * init.c - what process 1 owes the others.
 *
 * Whose parent dies becomes a child of process 1, which must wait for it, or
 * it stays a zombie.  The kernel drops a signal that process 1 has no handler
 * for, so it must take it and pass it on.  And when process 1 exits, the
 * kernel kills everyone else in its namespace.
 *
 * Read: pid_namespaces(7), signal(7), sigwaitinfo(2), waitpid(2).
 */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "exit.h"
#include "pid.h"

/* DOC: pid_block_signals */
void
pid_block_signals(sigset_t *old)
{
	sigset_t all;

	/* Blocked, a signal stays pending until sigwaitinfo fetches it. */
	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, old) == -1)
		err(EXIT_OWN, "sigprocmask");

	/*
	 * A program started with CHLD ignored keeps it so, and the kernel
	 * then throws away exit statuses without a signal.
	 */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
		err(EXIT_OWN, "signal: CHLD");
}

/* Take all the dead.  The exit status of child if it is one, else -1. */
static int
reap(pid_t child)
{
	int wstatus;
	pid_t pid;

	/* Signals do not queue: one CHLD may stand for a hundred dead. */
	while ((pid = waitpid(-1, &wstatus, WNOHANG)) > 0)
		if (pid == child)
			return exit_status(wstatus);
	return -1;
}

/* Stop, as a signal of this kind does by default; process 1 never stops. */
static void
stop_too(int sig)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, sig);
	kill(getpid(), sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &one, NULL);
}

/* Pass a signal on to child, unless it is for us or child has it already. */
static void
forward(pid_t child, const siginfo_t *info)
{
	/* Ctrl-C: the kernel itself signals the terminal's whole group. */
	bool has_it = info->si_code == SI_KERNEL && getpgid(child) == getpgrp();

	switch (info->si_signo) {
	case SIGWINCH: /* the terminal tells all who show something */
	case SIGURG: /* about a socket of our own */
		return;
	case SIGINT:
	case SIGQUIT:
		if (has_it)
			return;
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		if (has_it) {
			stop_too(info->si_signo);
			return;
		}
	}
	kill(child, info->si_signo); /* no harm if child is dead */
}

/* DOC: pid_init */
int
pid_init(pid_t child)
{
	sigset_t all;
	siginfo_t info;
	int status;

	sigfillset(&all);
	for (;;) {
		/* EINTR, after a stop and a continue, is no signal. */
		if (sigwaitinfo(&all, &info) == -1)
			continue;
		if (info.si_signo != SIGCHLD)
			forward(child, &info);
		else if ((status = reap(child)) != -1)
			return status;
	}
}
