/* cmd.c - what most commands begin with. */

#define _GNU_SOURCE
#include "cmd.h"
#include "explain.h"
#include "sweep.h"
#include "userns.h"

bool
cmd_open(struct state *state)
{
	bool needed = userns_needed();

	state_open(state);
	if (needed) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home);

	/* Or we were in one already: root of no more than that. */
	return needed || userns_inside();
}
