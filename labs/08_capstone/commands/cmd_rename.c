/* cmd_rename.c - "box rename": another name for a container. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "exit.h"
#include "kept.h"
#include "lookup.h"
#include "network.h"
#include "options.h"

static void
set_name(struct facts *facts, const void *arg)
{
	strlcpy(facts->name, arg, sizeof(facts->name));
}

/* Others on the bridge call it by the new name, and only by that. */
static int
rename_host(const struct state *state, const char *name)
{
	struct config config;
	struct kept kept;

	if (kept_read(state->dir, &kept) == -1)
		return 0; /* it is not complete: it will see its new name */
	kept_config(&kept, &config);
	return network_rename(
	    state, config.hostname != NULL ? config.hostname : state->id, name);
}

int
cmd_rename(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	int first =
	    options_read(argc, argv, groups, "rename container new-name", NULL);
	const char *name = argv[first + 1];

	if (argc - first != 2)
		errx(EXIT_OWN, "usage: box rename container new-name");
	if (!options_is_name(name))
		errx(EXIT_OWN, "%s: use up to 64 letters, digits, _, . and -",
		    name);
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	if (strcmp(name, state.name) == 0)
		return 0;

	/* For a moment it has both, so there is none at which it has none. */
	if (state_name(&state, name) == -1) {
		if (errno == EEXIST)
			errx(
			    EXIT_OWN, "the name %s is taken (box ps -a)", name);
		err(EXIT_OWN, "%s/names/%s", state.home, name);
	}
	if (state_edit(&state, set_name, name) == -1) {
		state_unname(&state, name);
		return EXIT_OWN;
	}
	state_unname(&state, state.name);
	return rename_host(&state, name) == 0 ? 0 : EXIT_OWN;
}
