/* still.h - keep a container as it is while its files are read. */

#ifndef STILL_H
#define STILL_H

#include "state.h"

enum still_pause {
	STILL_IF_POSSIBLE, /* else say that it goes on meanwhile */
	STILL_PAUSED,
	STILL_RUNNING, /* it goes on meanwhile */
};

/*
 * Wait until nobody else holds the container.  Then freeze it, if it runs; if
 * it has ended see to it that nobody starts or removes it.
 *
 * A child process does that, and undoes it as soon as the descriptor that is
 * returned is closed, however that comes about: so it lasts as long as the
 * caller lives, or the program that it becomes by execve(2), and wants.  Close
 * it and wait(2) for the child to know that it has been undone.
 *
 * Call it outside of any namespace of the container's.  Exits with one line,
 * and nothing changed, on failure.
 */
int still_hold(struct state *state, enum still_pause pause);

#endif
