/* cmd_attach.c - "box attach": in front of the terminal of a container. */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>

#include "attach.h"
#include "cmd.h"
#include "exit.h"
#include "front.h"
#include "lookup.h"
#include "monitor.h"
#include "options.h"
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

int
cmd_attach(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_terminal,
		NULL };
	struct config config = { 0 };
	struct state state = STATE_NONE;
	struct front front = { .shares = true };
	sigset_t old;
	int first = options_read(
	    argc, argv, groups, "attach [options] container", &config);

	if (argc - first != 1)
		errx(EXIT_OWN, "which container? see box attach --help");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	check(&state);
	keys_parse(&front.keys, config.detach_keys);
	monitor_block(&old);
	front.socket = attach_connect(state.dir);
	if (front.socket == -1)
		err(EXIT_OWN, "%s", state.name);
	front.master = terminal_take(front.socket);
	if (front.master != -1 && front_attend(&front))
		return 0;
	return cmd_await(&state);
}
