/* cmd.c - what most commands begin with. */

#define _GNU_SOURCE
#include "cmd.h"
#include "explain.h"
#include "sweep.h"
#include "userns.h"

bool
cmd_open(struct state *state)
{
	bool rootless = userns_needed();

	state_open(state);
	if (rootless) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home);
	return rootless;
}
