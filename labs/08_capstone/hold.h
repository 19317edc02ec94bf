/* hold.h - keep a container as it is while its files are read. */

#ifndef HOLD_H
#define HOLD_H

#include "state.h"

enum hold_pause {
	HOLD_IF_POSSIBLE, /* else say that it goes on meanwhile */
	HOLD_PAUSED,
	HOLD_RUNNING, /* it goes on meanwhile */
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
int hold_container(struct state *state, enum hold_pause pause);

#endif
