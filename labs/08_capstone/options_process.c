/* options_process.c - the options of "box run" about its command. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"

/* "NAME=value" as it is; "NAME" with the value the caller has, if any. */
static void
set_environment(const char *text, void *to)
{
	struct config *config = to;
	const char *value;
	char *word = options_copy(text);

	if (text[0] == '=' || text[0] == '\0')
		errx(EXIT_OWN, "-e %s: no name", text);
	if (strchr(text, '=') == NULL) {
		value = getenv(text);
		if (value == NULL)
			return;
		if (asprintf(&word, "%s=%s", text, value) == -1)
			err(EXIT_OWN, "asprintf");
	}
	config->environment = options_grow(config->environment,
	    config->environment_count, sizeof(*config->environment));
	config->environment[config->environment_count++] = word;
}

static void
set_workdir(const char *text, void *to)
{
	struct config *config = to;

	if (text[0] != '/')
		errx(EXIT_OWN, "-w %s: must start with /", text);
	config->workdir = text;
}

static void
set_user(const char *text, void *to)
{
	struct config *config = to;

	config->user = text;
}

static const struct option_row rows[] = {
	{ "env", 'e', "NAME=VALUE", "or NAME, to hand on the caller's",
	    set_environment, 0 },
	{ "workdir", 'w', "DIR", "made if it is missing", set_workdir, 0 },
	{ "user", 'u', "USER[:GROUP]", "names or numbers", set_user, 0 },
	{ "init", 0, NULL, "an init as process 1, the command as 2", NULL,
	    offsetof(struct config, init) },
	{ "interactive", 'i', NULL, "standard input is the caller's, not empty",
	    NULL, offsetof(struct config, interactive) },
	{ "tty", 't', NULL, "a terminal of its own", NULL,
	    offsetof(struct config, tty) },
	{ 0 },
};

const struct option_group options_process = { "Process", rows };
