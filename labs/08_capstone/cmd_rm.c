/* cmd_rm.c - "box rm" and "box prune": forget what has ended. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "cmd.h"
#include "exit.h"
#include "network.h"
#include "options.h"

static const struct option_group *const none[] = { NULL };

int
cmd_rm(int argc, char *argv[])
{
	struct state state = { .lock = -1 };
	int first = options_read(argc, argv, none, "rm container ...", NULL);

	if (first == argc)
		errx(EXIT_OWN, "usage: box rm container ...");
	cmd_open(&state);
	for (int i = first; i < argc; i++)
		state_remove(&state, argv[i]);
	return 0;
}

int
cmd_prune(int argc, char *argv[])
{
	struct state state = { .lock = -1 };
	bool rootless;

	if (options_read(argc, argv, none, "prune", NULL) != argc)
		errx(EXIT_OWN, "usage: box prune");
	rootless = cmd_open(&state);
	state_prune(&state);
	return rootless || network_prune(&state) == 0 ? 0 : EXIT_OWN;
}
