/* options_process.c - the options of "box run" and "exec" about the command. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"

void
options_add_variable(
    const char *text, const char *option, struct config *config)
{
	const char *value;
	char *word = options_copy(text);

	if (text[0] == '=' || text[0] == '\0')
		errx(EXIT_OWN, "%s %s: no name", option, text);
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
set_environment(const char *text, void *to)
{
	options_add_variable(text, "-e", to);
}

static void
set_env_file(const char *text, void *to)
{
	struct config *config = to;

	config->env_files = options_grow(config->env_files,
	    config->env_file_count, sizeof(*config->env_files));
	config->env_files[config->env_file_count++] = text;
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

static void
set_group(const char *text, void *to)
{
	struct config *config = to;

	config->groups = options_grow(
	    config->groups, config->group_count, sizeof(*config->groups));
	config->groups[config->group_count++] = text;
}

static void
set_entrypoint(const char *text, void *to)
{
	struct config *config = to;

	config->entrypoint = options_copy(text);
}

static const struct option_row rows[] = {
	{ "env", 'e', "NAME=VALUE", "or NAME, to hand on the caller's",
	    set_environment, 0 },
	{ "env-file", 0, "FILE", "such variables, one a line", set_env_file,
	    0 },
	{ "workdir", 'w', "DIR", "made if it is missing", set_workdir, 0 },
	{ "user", 'u', "USER[:GROUP]", "names or numbers", set_user, 0 },
	{ "interactive", 'i', NULL, "standard input is the caller's, not empty",
	    NULL, offsetof(struct config, interactive) },
	{ "tty", 't', NULL, "a terminal of its own", NULL,
	    offsetof(struct config, tty) },
	{ 0 },
};

const struct option_group options_process = { "Process", rows };

/* These are of "box run" alone. */
static const struct option_row start_rows[] = {
	{ "group-add", 0, "GROUP", "one more group of the user's", set_group,
	    0 },
	{ "entrypoint", 0, "COMMAND", "in place of the image's; \"\": none",
	    set_entrypoint, 0 },
	{ 0 },
};

const struct option_group options_start = { "Its start", start_rows };
