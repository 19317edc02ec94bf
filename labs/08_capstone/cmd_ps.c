/* cmd_ps.c - "box ps": which containers there are. */

#define _GNU_SOURCE
#include <err.h>
#include <string.h>

#include "cmd.h"
#include "exit.h"

int
cmd_ps(int argc, char *argv[])
{
	struct state state = { .lock = -1 };
	bool all = argc == 2 && strcmp(argv[1], "-a") == 0;

	if (argc > 1 && !all)
		errx(EXIT_OWN, "usage: box ps [-a]");
	cmd_open(&state);
	state_list(&state, all);
	return 0;
}
