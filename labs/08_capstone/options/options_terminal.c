/* options_terminal.c - the options about who sits in front of a terminal. */

#define _GNU_SOURCE
#include <err.h>

#include "exit.h"
#include "keys.h"
#include "options.h"

static void
set_detach_keys(const char *text, void *to)
{
	struct config *config = to;
	struct keys keys;

	if (!keys_parse(&keys, text))
		errx(EXIT_OWN,
		    "--detach-keys %s: needs up to %d letters or ctrl- "
		    "and a letter, with commas between, as ctrl-x,x",
		    text, KEYS_MOST);
	config->detach_keys = text;
}

static const struct option_row rows[] = {
	{ "detach-keys", 0, "KEYS",
	    "leave it running (ctrl-p,ctrl-q); \"\": none", set_detach_keys,
	    0 },
	{ 0 },
};

const struct option_group options_terminal = { "Terminal", rows };
