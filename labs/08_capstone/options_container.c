/* options_container.c - the options of "box run" about the container. */

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <string.h>

#include "exit.h"
#include "options.h"

/* A name is also a file's: letters, digits, "_", "." and "-" inside. */
static void
set_name(const char *text, void *to)
{
	struct config *config = to;

	if (!isalnum((unsigned char)text[0]) || strlen(text) > 64 ||
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		"UVWXYZ0123456789_.-")] != '\0')
		errx(EXIT_OWN,
		    "--name %s: use up to 64 letters, digits, "
		    "_, . and -",
		    text);
	config->name = text;
}

static const struct option_row rows[] = {
	{ "name", 0, "NAME", "else its id", set_name, 0 },
	{ "rm", 0, NULL, "forget its writable layer at the end", NULL,
	    offsetof(struct config, rm) },
	{ "explain", 0, NULL, "tell each step, and the code behind it", NULL,
	    offsetof(struct config, explain) },
	{ "quiet", 'q', NULL, "do not say what is left out without root", NULL,
	    offsetof(struct config, quiet) },
	{ 0 },
};

const struct option_group options_container = { "Container", rows };
