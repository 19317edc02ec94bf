/* cmd_ps.c - "box ps": which containers there are. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "cmd.h"
#include "exit.h"
#include "options.h"

struct wish {
	bool all;
};

static const struct option_row rows[] = {
	{ "all", 'a', NULL, "also those that have ended", NULL,
	    offsetof(struct wish, all) },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

int
cmd_ps(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = { .lock = -1 };
	struct wish wish = { 0 };

	if (options_read(argc, argv, groups, "ps [-a]", &wish) != argc)
		errx(EXIT_OWN, "usage: box ps [-a]");
	cmd_open(&state);
	state_list(&state, wish.all);
	return 0;
}
