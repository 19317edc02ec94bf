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
	bool needed = userns_needed();

	state_open(state);
	if (needed && name != NULL) {
		join_userns(state, name);
	} else if (needed) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home, false);

	/* Or we were in one already: root of no more than that. */
	return needed || userns_inside();
}

bool
cmd_open(struct state *state)
{
	return cmd_open_beside(state, NULL);
}
