/* options_container.c - the options of "box run" about the container. */

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"
#include "signals.h"

bool
options_is_name(const char *text)
{
	return isalnum((unsigned char)text[0]) && strlen(text) <= 64 &&
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		"UVWXYZ0123456789_.-")] == '\0';
}

static void
set_name(const char *text, void *to)
{
	struct config *config = to;

	if (!options_is_name(text))
		errx(EXIT_OWN,
		    "--name %s: use up to 64 letters, digits, "
		    "_, . and -",
		    text);
	config->name = text;
}

/* "on-failure:N" is at most N times. */
static void
set_restart(const char *text, void *to)
{
	static const char *const policies[] = { "no", "on-failure", "always",
		"unless-stopped" };
	struct config *config = to;
	size_t length = strcspn(text, ":");
	const char *why = NULL;

	config->restart = NULL;
	config->retries = 0;
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (strlen(policies[i]) == length &&
		    strncmp(policies[i], text, length) == 0)
			config->restart = policies[i];
	if (config->restart == NULL)
		errx(EXIT_OWN,
		    "--restart %s: not no, on-failure[:N], always or "
		    "unless-stopped",
		    text);
	if (text[length] == '\0')
		return;
	if (strncmp(text, "on-failure:", 11) != 0)
		errx(EXIT_OWN, "--restart %s: a number is for on-failure only",
		    text);
	config->retries = (uint64_t)strtonum(text + 11, 1, INT32_MAX, &why);
	if (why != NULL)
		errx(EXIT_OWN, "--restart %s: the number is %s", text, why);
}

static void
set_stop_signal(const char *text, void *to)
{
	struct config *config = to;

	config->stop_signal = signals_parse(text);
	if (config->stop_signal == -1)
		errx(EXIT_OWN, "--stop-signal %s: no such signal", text);
}

static const struct option_row rows[] = {
	{ "detach", 'd', NULL, "leave it running, and print its id", NULL,
	    offsetof(struct config, detach) },
	{ "name", 0, "NAME", "else its id", set_name, 0 },
	{ "rm", 0, NULL, "remove it at the end, and its anonymous volumes",
	    NULL, offsetof(struct config, rm) },
	{ "init", 0, NULL, "an init as process 1, the command as 2", NULL,
	    offsetof(struct config, init) },
	{ "restart", 0, "POLICY", "no, on-failure[:N], always, unless-stopped",
	    set_restart, 0 },
	{ "stop-signal", 0, "SIGNAL",
	    "what box stop sends (the image's, or TERM)", set_stop_signal, 0 },
	{ "explain", 0, NULL, "tell each step, and the code behind it", NULL,
	    offsetof(struct config, explain) },
	{ "quiet", 'q', NULL, "do not say what is left out without root", NULL,
	    offsetof(struct config, quiet) },
	{ 0 },
};

const struct option_group options_container = { "Container", rows };
