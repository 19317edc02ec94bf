/* monitor.c - what the parent does while the box runs.  See signalfd(2). */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "exit.h"
#include "monitor.h"
#include "terminal.h"

/*
 * Not held back: what cannot be, what a fault raises, what means nothing
 * (URG), and what stops us, for that is between the caller's shell and us.
 */
static const int not_ours[] = { SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU,
	SIGURG, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };

#define EOF_AGAIN 100 /* milliseconds */

void
monitor_signals(sigset_t *set)
{
	sigfillset(set);
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++)
		sigdelset(set, not_ours[i]);
}

void
monitor_block(sigset_t *old)
{
	sigset_t set;

	monitor_signals(&set);
	if (sigprocmask(SIG_BLOCK, &set, old) == -1)
		err(EXIT_OWN, "sigprocmask");
}

/*
 * To process 1 a TERM that it has no handler for is nothing, so the third time
 * that we are asked to end, by TERM or INT, we kill.
 */
void
monitor_pass(pid_t pid, int sig)
{
	static int asked;

	if ((sig == SIGTERM || sig == SIGINT) && ++asked >= 3)
		sig = SIGKILL;
	kill(pid, sig);
}

/* One signal from the caller, or the word that the box has changed state. */
bool
monitor_signal(int fd, pid_t pid, int master, int *wstatus)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return false;
	switch (info.ssi_signo) {
	case SIGCHLD:
		return waitpid(pid, wstatus, WNOHANG) == pid;
	case SIGWINCH:
		if (master != -1)
			terminal_resize(master);
		return false;
	default:
		monitor_pass(pid, (int)info.ssi_signo);
		return false;
	}
}

/*
 * Standard input has ended: type the end-of-file character, ^D.  Once is not
 * enough, for a program that changes the terminal's mode, as every shell
 * does, may throw away what was typed before: so again whenever all is idle.
 */
static void
type_eof(struct flow *in, bool idle)
{
	if (!in->ended || in->used > 0 || (in->from == -1 && !idle))
		return;
	in->from = -1;
	in->buf[in->used++] = '\004';
}

int
monitor_wait(pid_t pid, int master, bool interactive)
{
	struct flow in = { .from = STDIN_FILENO, .to = master };
	struct flow out = { .from = master, .to = STDOUT_FILENO };
	const bool typing = interactive && master != -1;
	struct pollfd pfd[5];
	sigset_t set;
	int fd, ready, wstatus = 0;
	bool ended = false;

	monitor_signals(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "signalfd");
	if (master != -1)
		fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	if (!typing)
		in = (struct flow){ .from = -1, .to = master, .ended = true };
	if (master == -1)
		out.ended = true;
	while (!ended) {
		pfd[0] = (struct pollfd){ fd, POLLIN, 0 };
		flow_poll(&in, pfd + 1);
		flow_poll(&out, pfd + 3);
		ready = poll(pfd, 5, typing && in.ended ? EOF_AGAIN : -1);
		if (ready == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		flow_move(&in, pfd + 1);
		type_eof(&in, ready == 0);
		flow_move(&out, pfd + 3);
		if (pfd[0].revents != 0)
			ended = monitor_signal(fd, pid, master, &wstatus);
	}
	if (master != -1)
		flow_drain(&out);
	close(fd);
	return exit_status(wstatus);
}
