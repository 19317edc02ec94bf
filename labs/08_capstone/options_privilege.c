/* options_privilege.c - the options of "box run" that lab 07 fulfils. */

#define _GNU_SOURCE
#include <err.h>
#include <string.h>

#include "caps.h"
#include "exit.h"
#include "options.h"

static uint64_t
parse_caps(const char *text)
{
	const char *bad;
	uint64_t mask;

	if (caps_parse(text, &mask, &bad) == -1)
		errx(EXIT_OWN, "no such capability: %s", bad);
	return mask;
}

static void
set_cap_add(const char *text, void *to)
{
	struct config *config = to;

	config->cap_add |= parse_caps(text);
}

static void
set_cap_drop(const char *text, void *to)
{
	struct config *config = to;

	config->cap_drop |= parse_caps(text);
}

static void
set_security(const char *text, void *to)
{
	struct config *config = to;

	if (strcmp(text, "seccomp=unconfined") != 0)
		errx(EXIT_OWN,
		    "--security-opt %s: only "
		    "seccomp=unconfined is known",
		    text);
	config->unconfined = true;
}

static const struct option_row rows[] = {
	{ "cap-add", 0, "CAPS", "names with commas, or ALL", set_cap_add, 0 },
	{ "cap-drop", 0, "CAPS", "likewise", set_cap_drop, 0 },
	{ "security-opt", 0, "seccomp=unconfined", "no system call filter",
	    set_security, 0 },
	{ 0 },
};

const struct option_group options_privilege = { "Privilege", rows };
