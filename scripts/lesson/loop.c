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

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "loop.h"

/* And how long those who clean up may take at the end. */
enum {
	SESSIONS_MAX = 32,
	PATIENCE_MS = 3000
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

/*
 * How wide the session's window is, so that what fits into it also fits behind
 * the name.  A person who types there has all of it.
 */
static struct winsize
size_of(const struct loop *loop, const struct session *s)
{
	struct winsize size = loop->size;
	size_t name = strlen(s->name) + strlen("| ");

	if (loop->named && !s->live && size.ws_col > 2 * name)
		size.ws_col -= (unsigned short)name;
	return size;
}

struct session *
loop_session(struct loop *loop, const char *name)
{
	struct session *s = NULL;
	struct winsize size;

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
		snprintf(s->name, sizeof(s->name), "%s", name);
		loop->session[loop->count++] = s;
	}
	if (s->lost) {
		session_kill(s);
		size = size_of(loop, s);
		session_start(s, name, &size);
	}
	return s;
}

void
loop_fit(const struct loop *loop, const struct session *s)
{
	struct winsize size = size_of(loop, s);

	if (s->fd != -1)
		ioctl(s->fd, TIOCSWINSZ, &size);
}

/* Is it process 1 of a PID namespace below ours? */
static bool
is_inner_init(const char *pid)
{
	char path[64], text[4096], *line, *end;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if (file_read(path, text, sizeof(text)) == -1)
		return false;
	line = strstr(text, "\nNSpid:\t");
	if (line == NULL)
		return false;
	line += strlen("\nNSpid:\t");
	end = strchr(line, '\n');
	if (end == NULL)
		return false;
	return strcspn(line, "\t") < (size_t)(end - line) && end[-1] == '1' &&
	    end[-2] == '\t';
}

/* Who waits for the end of a box cleans up behind it. */
static void
kill_boxes(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (proc == NULL)
		return;
	while ((entry = readdir(proc)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_inner_init(entry->d_name))
			kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	closedir(proc);
}

/* Until nothing runs any more; whatever has no parent is a child of ours. */
static void
await_end(struct loop *loop)
{
	long end = loop_now() + PATIENCE_MS;
	struct pollfd fd = { .fd = loop->signals, .events = POLLIN };

	kill_boxes();
	while (loop_now() < end) {
		read_signals(loop);
		if (waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD)
			return;
		(void)poll(&fd, 1, 50);
	}
}

void
loop_close(struct loop *loop, bool patiently)
{
	for (size_t i = 0; i < loop->count; i++)
		if (patiently)
			session_hang_up(loop->session[i]);
		else
			session_kill(loop->session[i]);
	/* Process 1 kills all others with this; nobody else may say it. */
	if (getpid() == 1) {
		if (patiently)
			await_end(loop);
		kill(-1, SIGKILL);
		while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
			;
	}
	for (size_t i = 0; i < loop->count; i++)
		free(loop->session[i]);
	free(loop->session);
	close(loop->signals);
	loop->count = 0;
	loop->session = NULL;
}
