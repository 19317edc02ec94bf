/* cmd_rm.c - "box rm" and "box prune": forget what has ended. */

#define _GNU_SOURCE
#include <err.h>

#include "cmd.h"
#include "exit.h"
#include "lan.h"

int
cmd_rm(int argc, char *argv[])
{
	struct state state = { .lock = -1 };

	if (argc < 2 || argv[1][0] == '-')
		errx(EXIT_OWN, "usage: box rm container ...");
	cmd_open(&state);
	for (int i = 1; i < argc; i++)
		state_remove(&state, argv[i]);
	return 0;
}

int
cmd_prune(int argc, char *argv[])
{
	struct state state = { .lock = -1 };
	bool rootless;

	(void)argv;
	if (argc > 1)
		errx(EXIT_OWN, "usage: box prune");
	rootless = cmd_open(&state);
	state_prune(&state);
	return rootless || lan_prune(&state) == 0 ? 0 : EXIT_OWN;
}
