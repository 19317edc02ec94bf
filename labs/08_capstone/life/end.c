/*
 * end.c - how a container is brought to its end, and waited for.
 *
 * Its supervisor, the parent of its process 1, does all that has to be done
 * then.  So whoever wants it to end sends process 1 a signal, and waits until
 * the supervisor has let go of running/ID.  Read: flock(2), pidfd_open(2).
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "lookup.h"
#include "process.h"
#include "sweep.h"

enum {
	GIVE_UP = 10000 /* milliseconds that KILL may take */
};

static void
set_unwanted(struct facts *facts, const void *arg)
{
	(void)arg;
	facts->stopping = 1;
}

int
cmd_unwanted(struct state *state)
{
	return state_edit(state, set_unwanted, NULL) == 0 ? 0
							  : state_unwant(state);
}

int
cmd_said(int fd, int *status)
{
	char text[128];
	const char *line;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	line = strstr(text, "exit ");
	return line != NULL && sscanf(line, "exit %d", status) == 1 ? 0 : -1;
}

int
cmd_await(struct state *state)
{
	char path[PATH_MAX];
	int fd, status = EXIT_SIGNAL + SIGKILL;

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	while ((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		while (flock(fd, LOCK_SH) == -1 && errno == EINTR)
			;
		if (cmd_said(fd, &status) == 0) {
			close(fd);
			return status;
		}
		/* Nobody said it: the owner was killed, so we do its work. */
		close(fd);
		cmd_look(state);
	}
	if (facts_read(state->dir, &state->facts) == 0)
		status = (int)state->facts.status;
	return status;
}

/* It waits to be started again: its supervisor is whom to tell. */
static int
end_supervisor(const struct state *state)
{
	int fd = process_open(
	    state->facts.supervisor, state->facts.supervisor_start);

	if (fd == -1)
		return 0;
	if (process_signal(fd, SIGTERM) == -1 && errno != ESRCH) {
		warn("%s", state->name);
		close(fd);
		return -1;
	}
	/* A moment too late, the signal is for the box that starts by now. */
	process_wait(fd, 100);
	close(fd);
	return 0;
}

/* A frozen process gets no signal but KILL, and on version 1 not even that. */
static int
thaw(const struct state *state)
{
	if (state->facts.paused && cgroup_freeze(state->cgroup, false) == -1) {
		warn("%s: cannot be woken up", state->name);
		return -1;
	}
	return 0;
}

static int
end_process(const struct state *state, unsigned int seconds)
{
	int fd = find_process(state), result = 0;

	if (fd == -1)
		return 0;
	if (thaw(state) == -1)
		result = -1;
	if (result == 0 && seconds > 0)
		result = process_signal(fd, (int)state->facts.stop_signal);
	if (result == 0 &&
	    (seconds == 0 || !process_wait(fd, (int)seconds * 1000))) {
		result = process_signal(fd, SIGKILL);
		if (result == 0 && !process_wait(fd, GIVE_UP)) {
			errno = ETIMEDOUT;
			result = -1;
		}
	}
	if (result == -1 && errno == ESRCH)
		result = 0;
	if (result == -1)
		warn("%s", state->name);
	close(fd);
	return result;
}

int
cmd_end(struct state *state, unsigned int seconds)
{
	bool full = false; /* the disk, so that it is noted elsewhere */

	while (find_alive(state)) {
		if (facts_read(state->dir, &state->facts) == -1)
			break;

		/* Again and again: who starts it takes back an older word. */
		if (!state->facts.stopping && !full) {
			if (cmd_unwanted(state) == -1)
				return -1;
			full = !state->facts.stopping;
		}
		if (strcmp(state->facts.phase, "running") == 0) {
			if (end_process(state, seconds) == -1)
				return -1;
			break;
		}
		if (strcmp(state->facts.phase, "restarting") == 0 &&
		    end_supervisor(state) == -1)
			return -1;

		/*
		 * Else it is being started, or removed, just now.  Or who did
		 * so is dead.
		 */
		poll(NULL, 0, 5);
		cmd_look(state);
	}
	cmd_await(state);
	return 0;
}
