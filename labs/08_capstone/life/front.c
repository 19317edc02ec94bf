/*
 * front.c - a person at a terminal, in front of that of a container.
 *
 * The terminal here is raw: it is the box's that echoes, edits, and turns ^C
 * and ^Z into signals there.  So box itself is stopped by others only, and has
 * to give the terminal back first, and to take it again when it is continued.
 *
 * Read: termios(3), signalfd(2), "SIGTSTP" in credentials(7) and signal(7).
 */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "flow.h"
#include "front.h"
#include "monitor.h"
#include "terminal.h"

enum end {
	GOES_ON,
	ENDED,
	LEFT
};

#define CTRL_D 4
#define EOF_AGAIN 100 /* milliseconds */

/* What is typed, on its way to the container. */
struct typed {
	unsigned char buf[512];
	size_t used;
	bool ended;
	bool told; /* the box, that it has ended */
};

/* Take in what was typed; true when it ended with the keys. */
static bool
take_keys(struct typed *typed, struct keys *keys)
{
	unsigned char buf[sizeof(typed->buf) / 2 - KEYS_MOST];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));
	size_t more;

	typed->ended = n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN);
	for (ssize_t i = 0; i < n; i++) {
		if (keys_take(keys, buf[i], typed->buf + typed->used, &more))
			return true;
		typed->used += more;
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
		memmove(typed->buf, typed->buf + n, typed->used);
	} else if (n == -1 && errno != EAGAIN && errno != EINTR) {
		typed->used = 0;
	}
}

/* The caller's terminal is gone: as monitor.c does where input ends. */
static void
type_eof(struct typed *typed, bool idle)
{
	if (!typed->ended || typed->used > 0 || (typed->told && !idle))
		return;
	typed->told = true;
	typed->buf[typed->used++] = CTRL_D;
}

/* What stops us goes to the shell that started us: it wants its terminal. */
static void
stop(int master)
{
	sigset_t set;

	terminal_restore();
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* here */
	sigprocmask(SIG_BLOCK, &set, NULL);
	terminal_raw();
	terminal_resize(master);
}

/* A signal for us, or for the box. */
static enum end
take_signal(int fd, const struct front *front)
{
	struct signalfd_siginfo info;
	unsigned char byte;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return GOES_ON;
	switch (info.ssi_signo) {
	case SIGCHLD:
		return GOES_ON; /* its end of the socket tells us */
	case SIGCONT:
		terminal_raw(); /* it was SIGSTOP: nothing could be done */
		terminal_resize(front->master);
		return GOES_ON;
	case SIGTSTP:
		stop(front->master);
		return GOES_ON;
	case SIGWINCH:
		terminal_resize(front->master);
		return GOES_ON;
	default:
		byte = (unsigned char)info.ssi_signo;
		if (front->shares)
			return LEFT;
		send(front->socket, &byte, 1, MSG_NOSIGNAL);
		return GOES_ON;
	}
}

static int
open_signals(void)
{
	sigset_t set;
	int fd;

	monitor_signals(&set);
	sigaddset(&set, SIGTSTP);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd == -1 || sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(EXIT_OWN, "signalfd");
	return fd;
}

/* Wait for one thing to happen, and do what it asks for. */
static enum end
attend(struct front *front, int signals, struct typed *typed, struct flow *out)
{
	const bool types = typed->used == 0 && !typed->ended;
	const bool ends = typed->ended && !front->shares;
	int ready;
	struct pollfd pfd[6] = {
		{ signals, POLLIN, 0 },
		{ front->shares ? -1 : front->socket, POLLIN, 0 },
		{ types ? STDIN_FILENO : -1, POLLIN, 0 },
		{ typed->used > 0 ? front->master : -1, POLLOUT, 0 },
	};

	flow_poll(out, pfd + 4);
	ready = poll(pfd, 6, ends ? EOF_AGAIN : -1);
	if (ready == -1 && errno != EINTR)
		err(EXIT_OWN, "poll");
	if (pfd[2].revents != 0 && take_keys(typed, &front->keys)) {
		send_keys(typed, front->master); /* what came before */
		return LEFT;
	}
	if (pfd[3].revents != 0)
		send_keys(typed, front->master);
	if (ends)
		type_eof(typed, ready == 0);
	flow_move(out, pfd + 4);
	if (front->shares ? out->ended && out->used == 0 : out->error != 0)
		return ENDED;
	if (pfd[0].revents != 0)
		return take_signal(signals, front);
	return pfd[1].revents != 0 ? ENDED : GOES_ON;
}

bool
front_attend(struct front *front)
{
	struct flow out = {
		.from = front->shares ? front->socket : front->master,
		.to = STDOUT_FILENO,
	};
	struct typed typed = { .used = 0 };
	int signals = open_signals();
	enum end end = GOES_ON;

	terminal_resize(front->master);
	terminal_raw();
	while (end == GOES_ON)
		end = attend(front, signals, &typed, &out);
	if (end == ENDED && !front->shares)
		flow_drain(&out, true);
	terminal_restore();
	if (out.error != 0 && out.error != EPIPE)
		warnc(out.error, "standard output");
	if (end == LEFT && isatty(STDERR_FILENO)) {
		fputc('\n', stderr); /* the cursor is behind its prompt */
		warnx("it runs on (box ps)");
	}
	close(signals);
	return end == LEFT;
}

int
front_run(int socket, pid_t pid, const char *keys)
{
	const unsigned char leaves = FRONT_LEAVES;
	struct front front = { .socket = socket };
	char byte;
	sigset_t old;
	int wstatus;

	monitor_block(&old);
	keys_parse(&front.keys, keys);
	front.master = terminal_take(socket);
	if (front.master != -1 && front_attend(&front)) {
		/* Who comes back at once shall find it detached. */
		send(socket, &leaves, 1, MSG_NOSIGNAL);
		recv(socket, &byte, 1, 0);
		return 0;
	}
	close(socket);
	while (waitpid(pid, &wstatus, 0) == -1)
		if (errno != EINTR)
			err(EXIT_OWN, "waitpid");
	return exit_status(wstatus);
}
