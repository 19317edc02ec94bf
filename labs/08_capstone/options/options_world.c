/* options_world.c - the options of "box run" about what a box sees. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <string.h>

#include "exit.h"
#include "options.h"

static void
set_hostname(const char *text, void *to)
{
	struct config *config = to;

	if (text[0] == '\0' || strlen(text) > 64 ||
	    strpbrk(text, " \t\n") != NULL)
		errx(EXIT_OWN,
		    "--hostname %s: needs 1 to 64 bytes, "
		    "no white space",
		    text);
	config->hostname = text;
}

static const struct option_row rows[] = {
	{ "read-only", 0, NULL, "the root file system cannot be written", NULL,
	    offsetof(struct config, read_only) },
	{ "hostname", 0, "NAME", "else the container's id", set_hostname, 0 },
	{ 0 },
};

const struct option_group options_world = { "World", rows };
