/*
 * supervise.c - who waits for a container that nobody waits for.
 *
 * There is no daemon.  Each detached container has a process of its own, a
 * copy of the "box run" that was typed, in a session of its own.  It is the
 * parent of process 1: it reaps it, keeps its log, starts it again, and takes
 * it along when it dies.  Whoever wants something of the container asks the
 * kernel or the files; the supervisor listens to signals only.
 *
 * Read: setsid(2), signalfd(2), sigtimedwait(2), daemon(7).
 */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "container.h"
#include "exit.h"
#include "hold.h"
#include "kept.h"
#include "log.h"
#include "monitor.h"
#include "supervise.h"
#include "volume_store.h"

enum {
	TELL = 3, /* the pipe to who started us, all else above is closed */
	FIRST_NAP = 100, /* milliseconds before a restart, then twice that */
	LAST_NAP = 60 * 1000,
	LONG_ENOUGH = 10, /* seconds that a container ran: begin with 100 ms */
	CHUNK = 4096,
};

/* What the supervisor has to say to who started it. */
struct word {
	int status; /* 0: the command has been executed */
	char id[STATE_ID_SIZE];
};

static int
hear(int fd, pid_t supervisor)
{
	struct word word;
	int wstatus;

	if (read(fd, &word, sizeof(word)) == sizeof(word)) {
		if (word.status == 0)
			puts(word.id);
		return word.status;
	}
	if (waitpid(supervisor, &wstatus, 0) != supervisor)
		return EXIT_OWN;
	return exit_status(wstatus);
}

int
supervise_split(struct state *state)
{
	int told[2];
	pid_t pid;

	if (pipe2(told, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	fflush(NULL);
	signal(SIGCHLD, SIG_DFL); /* else nobody could be waited for */
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid != 0) {
		close(told[1]);
		return hear(told[0], pid);
	}
	if (setsid() == -1)
		err(EXIT_OWN, "setsid");
	close(told[0]);
	if (told[1] != TELL && dup2(told[1], TELL) == -1)
		err(EXIT_OWN, "dup2");
	fcntl(TELL, F_SETFD, FD_CLOEXEC);
	closefrom(TELL + 1);
	state->tell = TELL;
	return -1;
}

/* Once, and then nothing of who started us is held on to. */
static void
tell(struct state *state, int status)
{
	struct word word = { .status = status };

	if (state->tell == -1)
		return;
	strlcpy(word.id, state->id, sizeof(word.id));
	if (write(state->tell, &word, sizeof(word)) == -1 && errno != EPIPE)
		warn("supervisor");
	close(state->tell);
	state->tell = -1;
	if (status == 0)
		hold_let_go();
}

/* Copy what has come to the log, and to who is attached. */
static void
copy(int *fd, const char *stream, struct log *log, int client)
{
	char buf[CHUNK];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n > 0 && client != -1)
		attach_say(client, buf, (size_t)n);
	if (n > 0)
		log_add(log, stream, buf, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		*fd = -1;
}

/* What is still in a pipe when all who wrote to it are dead. */
static void
drain(int *fd, const char *stream, struct log *log, int client)
{
	struct pollfd pfd = { .events = POLLIN };

	while (*fd != -1) {
		pfd.fd = *fd;
		if (poll(&pfd, 1, 0) != 1)
			return;
		copy(fd, stream, log, client);
	}
}

/* The end of the pipe, or a word: whether the command has been executed. */
static bool
take_told(struct state *state, struct output *output)
{
	switch (output_told(output)) {
	case TOLD_PART:
		return false;
	case TOLD_STARTED:
		tell(state, 0);
		return true;
	default:
		return true;
	}
}

/* One who wants to attach takes the place of who is; or that one has gone. */
static void
take_client(const struct pollfd *wants, const struct pollfd *has, int master,
    int *client)
{
	char byte;

	if (has->revents != 0 && recv(*client, &byte, 1, MSG_DONTWAIT) < 1) {
		close(*client);
		*client = -1;
	}
	if (wants->revents == 0)
		return;
	if (*client != -1)
		close(*client);
	*client = attach_accept(wants->fd, master);
}

/* What is listened to until process 1 has ended; poll(2) passes over -1. */
enum {
	SIGNALS,
	TOLD,
	OUT,
	ERROR,
	LISTENER,
	CLIENT,
	EARS
};

static int
listen_to(struct pollfd ear[EARS], struct state *state, struct output *output,
    struct log *log, pid_t pid)
{
	const int master = ear[LISTENER].fd != -1 ? ear[OUT].fd : -1;
	int wstatus = 0;
	bool ended = false;

	while (!ended) {
		if (poll(ear, EARS, -1) == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		if (ear[TOLD].revents != 0 && take_told(state, output))
			ear[TOLD].fd = -1;
		if (master != -1)
			take_client(&ear[LISTENER], &ear[CLIENT], master,
			    &ear[CLIENT].fd);
		if (ear[OUT].revents != 0)
			copy(&ear[OUT].fd, "stdout", log, ear[CLIENT].fd);
		if (ear[ERROR].revents != 0)
			copy(&ear[ERROR].fd, "stderr", log, -1);
		if (ear[SIGNALS].revents != 0)
			ended =
			    monitor_signal(ear[SIGNALS].fd, pid, -1, &wstatus);
	}
	drain(&ear[OUT].fd, "stdout", log, ear[CLIENT].fd);
	drain(&ear[ERROR].fd, "stderr", log, -1);
	if (ear[TOLD].fd != -1)
		take_told(state, output);
	return exit_status(wstatus);
}

static void
set_detached(struct facts *facts, const void *arg)
{
	(void)arg;
	facts->detached = 1;
}

int
supervise_wait(
    struct state *state, struct output *output, pid_t pid, int master)
{
	struct pollfd ear[EARS];
	struct log log;
	sigset_t set;
	int status;

	for (int i = 0; i < EARS; i++)
		ear[i] = (struct pollfd){ -1, POLLIN, 0 };
	monitor_signals(&set);
	ear[SIGNALS].fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (ear[SIGNALS].fd == -1)
		err(EXIT_OWN, "signalfd");
	log_open(&log, state->dir); /* without one it goes on all the same */
	fcntl(output->told[0], F_SETFL, O_NONBLOCK);
	ear[TOLD].fd = output->told[0];
	ear[OUT].fd = master != -1 ? master : output->streams.out[0];
	ear[ERROR].fd = output->streams.err[0];
	if (master != -1) {
		fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
		ear[LISTENER].fd = attach_listen(state->dir);
	}
	if (state->front != -1) {
		state_edit(state, set_detached, NULL);
		close(state->front);
		state->front = -1;
	}
	status = listen_to(ear, state, output, &log, pid);
	if (ear[LISTENER].fd != -1)
		attach_end(state->dir, ear[LISTENER].fd);
	if (ear[CLIENT].fd != -1)
		close(ear[CLIENT].fd);
	close(log.fd);
	close(ear[SIGNALS].fd);
	if (master != -1)
		close(master);
	return status;
}

int
supervise_held(
    struct state *state, struct output *output, pid_t pid, int master)
{
	int wstatus;

	if (hold_serve(state->front, master, pid, &wstatus))
		return exit_status(wstatus);
	hold_let_go();
	return supervise_wait(state, output, pid, master);
}

static void
set_restarting(struct facts *facts, const void *arg)
{
	const int *status = arg;

	strlcpy(facts->phase, "restarting", sizeof(facts->phase));
	facts->status = (uint64_t)*status;
	facts->finished = facts_now();
	facts->pid = 0;
	facts->paused = 0;
	facts->restarts++;
}

/* Does the policy say so, and has nobody asked it to end? */
static bool
shall_restart(const struct state *state, int status)
{
	const struct facts *facts = &state->facts;

	if (state_unwanted(state) || strcmp(facts->restart, "no") == 0)
		return false;
	if (strcmp(facts->restart, "on-failure") != 0)
		return true;
	return status != 0 &&
	    (facts->retries == 0 || facts->restarts < facts->retries);
}

/* Wait before a restart; false when a signal says that there is to be none. */
static bool
nap(int milliseconds)
{
	const struct timespec time = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000L,
	};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	while (sigtimedwait(&set, NULL, &time) == -1)
		if (errno == EAGAIN)
			return true;
	return false;
}

/* Unless it is unwanted by now.  Nobody may enter it until it is complete. */
static bool
start_again(struct state *state)
{
	/* A run that failed early has left it locked. */
	return (state->start != -1 || kept_lock(state) == 0) &&
	    facts_read(state->dir, &state->facts) == 0 &&
	    !state_unwanted(state);
}

int
supervise(const struct config *config, const struct image *image,
    struct state *state, bool rootless, const sigset_t *signals)
{
	int status, milliseconds = FIRST_NAP;
	bool started, again;

	do {
		status = container_run(config, image, state, rootless, signals);
		started = state->tell == -1;
		again = started && facts_read(state->dir, &state->facts) == 0 &&
		    shall_restart(state, status);
		if (!again)
			break;
		if (facts_now() - state->facts.started >=
		    LONG_ENOUGH * UINT64_C(1000000000))
			milliseconds = FIRST_NAP;
		state_edit(state, set_restarting, &status);
		again = !state_unwanted(state) && nap(milliseconds) &&
		    start_again(state);
		milliseconds =
		    milliseconds < LAST_NAP / 2 ? 2 * milliseconds : LAST_NAP;
	} while (again);
	if (config->rm)
		volume_forget(state->home, state->id);
	state_release(state, !config->rm, status);
	tell(state, status == 0 ? EXIT_OWN : status);
	return status;
}
