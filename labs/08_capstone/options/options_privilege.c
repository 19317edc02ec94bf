/* options_privilege.c - the options of "box run" that lab 07 fulfils. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <string.h>

#include "caps.h"
#include "exit.h"
#include "options.h"
#include "remap.h"

static uint64_t
parse_caps(const char *text)
{
	const char *bad;
	uint64_t mask;

	if (caps_parse(text, &mask, &bad) == -1)
		errx(EXIT_OWN, "no such capability: %s (see capabilities(7))",
		    bad);
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
	static const char seccomp[] = "seccomp=", nnp[] = "no-new-privileges";
	struct config *config = to;

	if (strncmp(text, seccomp, strlen(seccomp)) == 0 &&
	    text[strlen(seccomp)] != '\0') {
		config->seccomp = text + strlen(seccomp);
		config->unconfined = strcmp(config->seccomp, "unconfined") == 0;
		if (config->unconfined)
			config->seccomp = NULL;
		return;
	}
	if (strncmp(text, nnp, strlen(nnp)) != 0)
		errx(EXIT_OWN,
		    "--security-opt %s: only seccomp=FILE, "
		    "seccomp=unconfined and no-new-privileges are known",
		    text);
	text += strlen(nnp);
	if (strcmp(text, "=false") == 0 || strcmp(text, ":false") == 0)
		errx(EXIT_OWN,
		    "--security-opt %s%s: not in a box, where "
		    "set-uid programs never give anything",
		    nnp, text);
	if (text[0] != '\0' && strcmp(text, "=true") != 0 &&
	    strcmp(text, ":true") != 0)
		errx(EXIT_OWN, "--security-opt %s%s: neither true nor false",
		    nnp, text);
}

static void
set_userns(const char *text, void *to)
{
	remap_parse(text, to);
}

static const struct option_row rows[] = {
	{ "cap-add", 0, "CAPS", "names with commas, or ALL", set_cap_add, 0 },
	{ "cap-drop", 0, "CAPS", "likewise", set_cap_drop, 0 },
	{ "security-opt", 0, "OPTION",
	    "seccomp=FILE or seccomp=unconfined; no-new-privileges",
	    set_security, 0 },
	{ "userns", 0, "WHICH", "host, auto, or remap:BASE:SIZE", set_userns,
	    0 },
	{ "privileged", 0, NULL,
	    "all capabilities and devices, no filter, no masks", NULL,
	    offsetof(struct config, privileged) },
	{ 0 },
};

const struct option_group options_privilege = { "Privilege", rows };
