/* cmd.c - what most commands begin with. */

#define _GNU_SOURCE
#include <stddef.h>

#include "cmd.h"
#include "explain.h"
#include "join.h"
#include "sweep.h"
#include "userns.h"

bool
cmd_open_beside(struct state *state, const char *name)
{
	bool rootless = userns_needed();

	state_open(state);
	if (rootless && name != NULL) {
		join_userns(state, name);
	} else if (rootless) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home, false);
	return rootless;
}

bool
cmd_open(struct state *state)
{
	return cmd_open_beside(state, NULL);
}
