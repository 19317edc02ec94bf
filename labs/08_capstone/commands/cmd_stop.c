/* cmd_stop.c - "box stop", "box kill" and "box wait". */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "exit.h"
#include "lookup.h"
#include "options.h"
#include "signals.h"

static void
set_seconds(const char *text, void *to)
{
	unsigned int *seconds = to;
	const char *why;

	*seconds = (unsigned int)strtonum(text, 0, 1000000, &why);
	if (why != NULL)
		errx(EXIT_OWN, "-t %s: the number is %s", text, why);
}

static void
set_signal(const char *text, void *to)
{
	int *sig = to;

	*sig = signals_parse(text);
	if (*sig == -1)
		errx(EXIT_OWN, "-s %s: no such signal", text);
}

static const struct option_row stop_rows[] = {
	{ "time", 't', "SECONDS", "until it is killed (10)", set_seconds, 0 },
	{ 0 },
};
static const struct option_group stop_options = { "Options", stop_rows };

static const struct option_row kill_rows[] = {
	{ "signal", 's', "SIGNAL", "a name or a number (KILL)", set_signal, 0 },
	{ 0 },
};
static const struct option_group kill_options = { "Options", kill_rows };

static int
stop(struct state *state, void *arg)
{
	const unsigned int *seconds = arg;

	if (cmd_end(state, *seconds) == -1)
		return -1;
	puts(state->name);
	return 0;
}

int
cmd_stop(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &stop_options,
		NULL };
	struct state state = STATE_NONE;
	unsigned int seconds = 10;
	int first = options_read(
	    argc, argv, groups, "stop [options] container ...", &seconds);

	if (first == argc)
		errx(EXIT_OWN, "which container? see box stop --help");
	cmd_look(&state);
	return cmd_each(&state, argv + first, stop, &seconds);
}

static int
kill_one(struct state *state, void *arg)
{
	const int *sig = arg;

	/* As stop: whoever ends a container by hand wants it to stay so. */
	if (find_alive(state) &&
	    (*sig == SIGKILL || *sig == (int)state->facts.stop_signal) &&
	    cmd_unwanted(state) == -1)
		return -1;
	if (*sig == SIGKILL && state->facts.paused)
		return cmd_end(state, 0);
	if (cmd_signal(state, *sig, false) == -1)
		return -1;
	puts(state->name);
	return 0;
}

int
cmd_kill(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &kill_options,
		NULL };
	struct state state = STATE_NONE;
	int sig = SIGKILL;
	int first = options_read(
	    argc, argv, groups, "kill [options] container ...", &sig);

	if (first == argc)
		errx(EXIT_OWN, "which container? see box kill --help");
	cmd_look(&state);
	return cmd_each(&state, argv + first, kill_one, &sig);
}

static int
wait_one(struct state *state, void *arg)
{
	(void)arg;
	printf("%d\n", cmd_await(state));
	fflush(stdout);
	return 0;
}

int
cmd_wait(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	int first =
	    options_read(argc, argv, groups, "wait container ...", NULL);

	if (first == argc)
		errx(EXIT_OWN, "which container? see box wait --help");
	cmd_look(&state);
	return cmd_each(&state, argv + first, wait_one, NULL);
}
