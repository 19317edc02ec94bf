/* cmd_pause.c - "box pause" and "box unpause": the freezer of lab 04. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "cmd.h"
#include "exit.h"
#include "lookup.h"
#include "options.h"

static void
set_paused(struct facts *facts, const void *arg)
{
	const bool *on = arg;

	/* It may have ended meanwhile. */
	facts->paused = *on && strcmp(facts->phase, "running") == 0;
}

/* A part of it may have been frozen. */
static void
undo(struct state *state)
{
	static const bool off = false;

	if (cgroup_freeze(state->cgroup, false) == 0 || errno == ENOENT ||
	    errno == ENODEV)
		state_edit(state, set_paused, &off);
	else
		warn("%s: cannot be woken up", state->name);
}

static int
freeze(struct state *state, void *arg)
{
	const bool *on = arg;

	if (strcmp(state->facts.phase, "running") != 0) {
		warnx("%s is not running (box start %s)", state->name,
		    state->name);
		return -1;
	}
	if ((state->facts.paused != 0) == *on) {
		warnx("%s is %s", state->name,
		    *on ? "paused already" : "not paused");
		return -1;
	}
	/* First, so that whatever becomes of us unpause does not refuse. */
	if (*on && state_edit(state, set_paused, on) == -1)
		return -1;
	if (cgroup_freeze(state->cgroup, *on) == -1) {
		if (errno == ENOENT || errno == ENODEV)
			warnx("%s has no cgroup to freeze: that needs root, or "
			      "a cgroup that was delegated",
			    state->name);
		else
			warn("%s", state->name);
		if (*on)
			undo(state);
		return -1;
	}
	if (!*on && state_edit(state, set_paused, on) == -1)
		return -1;
	puts(state->name);
	return 0;
}

static int
freeze_all(int argc, char *argv[], bool on, const char *usage)
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	int first = options_read(argc, argv, groups, usage, NULL);

	if (first == argc)
		errx(EXIT_OWN, "which container? usage: box %s", usage);
	cmd_look(&state);
	return cmd_each(&state, argv + first, freeze, &on);
}

int
cmd_pause(int argc, char *argv[])
{
	return freeze_all(argc, argv, true, "pause container ...");
}

int
cmd_unpause(int argc, char *argv[])
{
	return freeze_all(argc, argv, false, "unpause container ...");
}
