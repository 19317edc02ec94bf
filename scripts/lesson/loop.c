/*
 * loop.c - the one place where the engine waits.
 *
 * All sessions are read all the time, so that none blocks because nobody looks
 * at it.  Signals come as something to read as well.  The engine is process 1
 * where it runs, so it also reaps whatever has lost its parent.
 * Read: poll(2), signalfd(2), waitpid(2).
 */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exit.h"
#include "loop.h"

enum {
	SESSIONS_MAX = 32
};

void
loop_open(struct loop *loop, int keyboard)
{
	static const int wanted[] = { SIGCHLD, SIGHUP, SIGINT, SIGTERM,
		SIGWINCH };
	sigset_t set;

	*loop = (struct loop){ .keyboard = keyboard };
	loop->size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		sigaddset(&set, wanted[i]);
		/* What a shell started in the background ignores is lost. */
		signal(wanted[i], SIG_DFL);
	}
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signals == -1)
		err(EXIT_OWN, "signalfd");
}

long
loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The shell may end while something else still has its terminal open. */
static void
reap(struct loop *loop)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < loop->count; i++)
			if (loop->session[i]->pid == pid)
				loop->session[i]->pid = -1;
}

static int
read_signals(struct loop *loop)
{
	struct signalfd_siginfo info;
	int seen = 0;

	while (read(loop->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGCHLD)
			reap(loop);
		else if (info.ssi_signo == SIGWINCH)
			seen |= LOOP_RESIZE;
		else
			seen |= LOOP_QUIT;
	return seen;
}

/* Lost is a session whose shell has ended, and all of its output was read. */
static void
read_session(struct session *s, const struct pollfd *fd)
{
	bool more = false;

	if (fd->revents != 0)
		more = session_read(s);
	if (!more && (fd->revents != 0 || s->pid == -1))
		s->lost = true;
}

int
loop_wait(struct loop *loop, int ms)
{
	struct pollfd fd[SESSIONS_MAX + 2] = { 0 };
	nfds_t count = loop->count;
	int seen = 0;

	for (nfds_t i = 0; i < count; i++) {
		fd[i].fd = loop->session[i]->lost ? -1 : loop->session[i]->fd;
		fd[i].events = POLLIN;
	}
	fd[count].fd = loop->signals;
	fd[count].events = POLLIN;
	fd[count + 1].fd = loop->keyboard;
	fd[count + 1].events = POLLIN;
	if (poll(fd, count + 2, ms) == -1 && errno != EINTR)
		err(EXIT_OWN, "poll");
	if (fd[count].revents != 0)
		seen |= read_signals(loop);
	for (nfds_t i = 0; i < count; i++) {
		if (fd[i].revents != 0 || loop->session[i]->pid == -1)
			seen |= LOOP_OUTPUT;
		if (fd[i].fd != -1)
			read_session(loop->session[i], &fd[i]);
	}
	if (fd[count + 1].revents != 0)
		seen |= LOOP_KEY;
	return seen;
}

struct session *
loop_session(struct loop *loop, const char *name)
{
	struct session *s = NULL;

	for (size_t i = 0; i < loop->count; i++)
		if (strcmp(loop->session[i]->name, name) == 0)
			s = loop->session[i];
	if (s == NULL) {
		if (loop->count == SESSIONS_MAX)
			errx(EXIT_OWN, "over %d sessions", SESSIONS_MAX);
		loop->session =
		    grow(loop->session, loop->count, sizeof(struct session *));
		s = calloc(1, sizeof(*s));
		if (s == NULL)
			err(EXIT_OWN, "calloc");
		s->lost = true;
		s->fd = -1;
		loop->session[loop->count++] = s;
	}
	if (s->lost) {
		session_kill(s);
		session_start(s, name, &loop->size);
	}
	return s;
}

void
loop_close(struct loop *loop)
{
	for (size_t i = 0; i < loop->count; i++) {
		session_kill(loop->session[i]);
		free(loop->session[i]);
	}
	free(loop->session);
	close(loop->signals);
	loop->count = 0;
	loop->session = NULL;

	/* Process 1 kills all others with this; nobody else may say it. */
	if (getpid() == 1) {
		kill(-1, SIGKILL);
		while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
			;
	}
}
