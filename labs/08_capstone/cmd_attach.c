/*
 * cmd_attach.c - "box attach": in front of the terminal of a container.
 *
 * Ctrl-P Ctrl-Q leaves it running, and so does the end of box attach.
 */

#define _GNU_SOURCE
#include <sys/signalfd.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "attach.h"
#include "cmd.h"
#include "exit.h"
#include "find.h"
#include "monitor.h"
#include "options.h"
#include "terminal.h"

enum {
	CTRL_P = 0x10,
	CTRL_Q = 0x11,
};

enum end {
	GOES_ON,
	ENDED,
	DETACHED
};

/* What is typed, on its way to the container. */
struct typed {
	unsigned char buf[512];
	size_t used;
	bool held; /* a Ctrl-P, which may be the first of the two keys */
	bool ended;
};

/* Take in what was typed; true when it was the two keys. */
static bool
take_keys(struct typed *typed)
{
	unsigned char buf[sizeof(typed->buf) / 2];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	typed->ended = n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN);
	for (ssize_t i = 0; i < n; i++) {
		if (typed->held && buf[i] == CTRL_Q)
			return true;
		if (typed->held)
			typed->buf[typed->used++] = CTRL_P;
		typed->held = buf[i] == CTRL_P;
		if (!typed->held)
			typed->buf[typed->used++] = buf[i];
	}
	return false;
}

static void
send_keys(struct typed *typed, int master)
{
	ssize_t n = write(master, typed->buf, typed->used);

	/* What does not go through now does when there is room. */
	if (n > 0) {
		typed->used -= (size_t)n;
		for (size_t i = 0; i < typed->used; i++)
			typed->buf[i] = typed->buf[i + (size_t)n];
	} else if (n == -1 && errno != EAGAIN && errno != EINTR) {
		typed->used = 0;
	}
}

static enum end
show(int client)
{
	char buf[4096];
	ssize_t n = read(client, buf, sizeof(buf));

	if (n == 0 || (n == -1 && errno != EINTR))
		return ENDED;
	for (ssize_t at = 0, done; at < n; at += done) {
		done = write(STDOUT_FILENO, buf + at, (size_t)(n - at));
		if (done == -1)
			return DETACHED;
	}
	return GOES_ON;
}

/* A signal for us: a new size, or that we shall go. */
static enum end
take_signal(int fd, int master)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return GOES_ON;
	if (info.ssi_signo != SIGWINCH)
		return info.ssi_signo == SIGCHLD ? GOES_ON : DETACHED;
	terminal_resize(master);
	return GOES_ON;
}

static enum end
attend(int client, int master, int signals)
{
	struct typed typed = { .used = 0 };
	struct pollfd pfd[4];
	enum end end = GOES_ON;

	while (end == GOES_ON) {
		pfd[0] = (struct pollfd){ signals, POLLIN, 0 };
		pfd[1] = (struct pollfd){ client, POLLIN, 0 };
		pfd[2] = (struct pollfd){
			typed.used == 0 && !typed.ended ? STDIN_FILENO : -1,
			POLLIN, 0
		};
		pfd[3] =
		    (struct pollfd){ typed.used > 0 ? master : -1, POLLOUT, 0 };
		if (poll(pfd, 4, -1) == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		if (pfd[2].revents != 0 && take_keys(&typed)) {
			send_keys(&typed, master); /* what came before */
			return DETACHED;
		}
		if (pfd[3].revents != 0)
			send_keys(&typed, master);
		if (pfd[1].revents != 0)
			end = show(client);
		if (end == GOES_ON && pfd[0].revents != 0)
			end = take_signal(signals, master);
	}
	return end;
}

int
cmd_attach(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	sigset_t set, old;
	enum end end;
	int client, master, signals;
	int first = options_read(argc, argv, groups, "attach container", NULL);

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box attach container");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	if (!find_alive(&state))
		errx(EXIT_OWN, "%s is not running (box start %s)", state.name,
		    state.name);
	if (!state.facts.tty || !state.facts.detached)
		errx(EXIT_OWN,
		    "%s has no terminal to attach to: that takes -d and -t "
		    "(box logs -f %s)",
		    state.name, state.name);
	monitor_block(&old);
	monitor_signals(&set);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	client = attach_connect(state.dir);
	if (signals == -1 || client == -1)
		err(EXIT_OWN, "%s", state.name);
	master = terminal_take(client, true);
	end = master == -1 ? ENDED : attend(client, master, signals);
	terminal_restore();
	return end == DETACHED ? 0 : cmd_await(&state);
}
