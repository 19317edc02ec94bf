/* monitor.c - what the parent does while the box runs.  See signalfd(2). */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "exit.h"
#include "flow.h"
#include "monitor.h"
#include "streams.h"
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

	/* Of who ignores it the kernel would not say that the box has ended. */
	signal(SIGCHLD, SIG_DFL);
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
	/* The kernel's word that nobody read what we wrote is for us. */
	if (info.ssi_signo == SIGPIPE && (pid_t)info.ssi_pid == getpid())
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

/* What is carried while the box runs: to a terminal's master, or to pipes. */
struct cargo {
	struct flow in, out, err;
	int master;
	struct streams *streams; /* NULL if there is a terminal */
};

static void
load(struct cargo *cargo, bool interactive)
{
	const struct streams *streams = cargo->streams;
	int master = cargo->master;

	if (streams == NULL) {
		fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
		flow_begin(&cargo->in, interactive ? STDIN_FILENO : -1, master);
		flow_begin(&cargo->out, master, STDOUT_FILENO);
		flow_begin(&cargo->err, -1, -1);
		return;
	}
	if (streams->in[1] != -1)
		fcntl(streams->in[1], F_SETFL, O_WRONLY | O_NONBLOCK);
	flow_begin(&cargo->in, streams->in[1] != -1 ? STDIN_FILENO : -1,
	    streams->in[1]);
	flow_begin(&cargo->out, streams->out[0], STDOUT_FILENO);
	flow_begin(&cargo->err, streams->err[0], STDERR_FILENO);
}

/*
 * Standard input has ended.  A pipe is closed.  To a terminal we type the
 * end-of-file character, ^D.  Once is not enough, for a program that changes
 * the terminal's mode, as every shell does, may throw away what was typed
 * before: so again whenever all is idle.
 */
static void
end_input(struct cargo *cargo, bool idle)
{
	struct flow *in = &cargo->in;

	if (!in->ended || in->used > 0 || in->to == -1)
		return;
	if (cargo->streams != NULL) {
		close(in->to);
		in->to = cargo->streams->in[1] = -1;
	} else if (in->from != -1 || idle) {
		in->from = -1;
		in->buf[in->used++] = '\004';
	}
}

/* Nobody takes it any more: who goes on writing is to notice. */
static void
end_output(struct flow *flow, int *from)
{
	if (flow->error == 0 || *from == -1)
		return;
	close(*from);
	*from = -1;
}

/* Wait until something can be moved, or a signal comes: true. */
static bool
carry(struct cargo *cargo, int signals)
{
	const bool idles =
	    cargo->streams == NULL && cargo->in.ended && cargo->in.to != -1;
	struct pollfd pfd[7] = { { signals, POLLIN, 0 } };
	int ready;

	flow_poll(&cargo->in, pfd + 1);
	flow_poll(&cargo->out, pfd + 3);
	flow_poll(&cargo->err, pfd + 5);
	ready = poll(pfd, 7, idles ? EOF_AGAIN : -1);
	if (ready == -1 && errno != EINTR)
		err(EXIT_OWN, "poll");
	flow_move(&cargo->in, pfd + 1);
	end_input(cargo, ready == 0);
	flow_move(&cargo->out, pfd + 3);
	flow_move(&cargo->err, pfd + 5);
	if (cargo->streams != NULL) {
		end_output(&cargo->out, &cargo->streams->out[0]);
		end_output(&cargo->err, &cargo->streams->err[0]);
	} else if (cargo->out.error != 0) {
		flow_begin(&cargo->in, -1, -1);
		end_output(&cargo->out, &cargo->master); /* it hangs up */
	}
	return pfd[0].revents != 0;
}

/*
 * What the box has said is lost, so that its caller must not take it for done.
 * Who closes a pipe wants no more: that is no error.
 */
static bool
is_lost(const struct flow *flow, const char *name)
{
	if (flow->error == 0 || flow->error == EPIPE)
		return false;
	warnc(flow->error, "%s", name);
	return true;
}

void
monitor_drain(struct streams *streams)
{
	struct cargo cargo = { .master = -1, .streams = streams };

	load(&cargo, false);
	flow_drain(&cargo.out, false);
	flow_drain(&cargo.err, false);
}

int
monitor_wait(pid_t pid, int master, bool interactive, struct streams *streams)
{
	struct cargo cargo;
	int fd, status, wstatus = 0;
	sigset_t set;

	monitor_signals(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "signalfd");
	cargo.master = master;
	cargo.streams = master == -1 ? streams : NULL;
	load(&cargo, interactive);
	while (!carry(&cargo, fd) ||
	    !monitor_signal(fd, pid, cargo.master, &wstatus))
		;
	flow_drain(&cargo.out, cargo.streams == NULL);
	flow_drain(&cargo.err, false);
	close(fd);
	status = exit_status(wstatus);
	if ((is_lost(&cargo.out, "standard output") ||
		is_lost(&cargo.err, "standard error")) &&
	    status == EXIT_SUCCESS)
		status = EXIT_OWN;
	return status;
}
