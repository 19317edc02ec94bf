/* cmd_attach.c - "box attach": in front of the terminal of a container. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "front.h"
#include "lookup.h"
#include "monitor.h"
#include "options.h"
#include "process.h"
#include "terminal.h"

/* Exits with one line when nobody can be in front of it, or somebody is. */
static void
check(const struct state *state)
{
	if (!find_alive(state))
		errx(EXIT_OWN, "%s is not running (box start %s)", state->name,
		    state->name);
	if (!state->facts.tty)
		errx(EXIT_OWN,
		    "%s has no terminal to attach to: that takes -d and -t "
		    "(box logs -f %s)",
		    state->name, state->name);
	if (!state->facts.detached)
		errx(EXIT_OWN,
		    "%s is attached to its box run, which has to be left first "
		    "(Ctrl-P Ctrl-Q there; box exec -it %s sh)",
		    state->name, state->name);
}

/* Before it is attached to: at its end it may be gone at once. */
static int
open_running(const struct state *state)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && errno != ENOENT)
		err(EXIT_OWN, "%s", path);
	return fd; /* if it does not run, check() says so */
}

/* Has process 1 ended, and is there none in its place? */
static bool
has_ended(struct state *state, int running)
{
	const uint64_t pid = state->facts.pid;
	int fd = find_process(state), status;

	if (fd != -1 && !process_wait(fd, 0)) {
		close(fd);
		return false;
	}
	if (fd != -1)
		close(fd);
	while (find_alive(state) && cmd_said(running, &status) == -1) {
		if (facts_read(state->dir, &state->facts) == 0 &&
		    (strcmp(state->facts.phase, "restarting") == 0 ||
			(state->facts.pid != 0 && state->facts.pid != pid)))
			return false;
		poll(NULL, 0, 5);
		cmd_look(state);
	}
	return true;
}

/* Another is in front of it, or this run of it is over, or all of it. */
static int
finish(struct state *state, int running)
{
	int status;

	if (!has_ended(state, running)) {
		warnx("%s goes on (box attach %s)", state->name, state->name);
		return 0;
	}
	return cmd_said(running, &status) == 0 ? status : cmd_await(state);
}

int
cmd_attach(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_terminal,
		NULL };
	struct config config = { 0 };
	struct state state = STATE_NONE;
	struct front front = { .shares = true };
	sigset_t old;
	int running,
	    first = options_read(
		argc, argv, groups, "attach [options] container", &config);

	if (argc - first != 1)
		errx(EXIT_OWN, "which container? see box attach --help");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	running = open_running(&state);
	check(&state);
	keys_parse(&front.keys, config.detach_keys);
	monitor_block(&old);
	front.socket = attach_connect(state.dir);
	if (front.socket == -1)
		err(EXIT_OWN, "%s", state.name);
	front.master = terminal_take(front.socket);
	if (front.master != -1 && front_attend(&front))
		return 0;
	if (sigprocmask(SIG_SETMASK, &old, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	return finish(&state, running);
}
