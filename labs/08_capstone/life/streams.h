/* streams.h - standard input, output and error of a command in a box. */

#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>

/* Pipes; -1 where there is none, and the caller's own goes into the box. */
struct streams {
	int in[2], out[2], err[2];
};

/* There is a terminal, or nobody listens: no pipe. */
void streams_none(struct streams *streams);

/* For a log: standard output and error.  Exits on failure. */
void streams_log(struct streams *streams);

/*
 * For a caller who is there, input only if it is wanted: all that may not go
 * into the box itself.  Exits on failure.
 */
void streams_carry(struct streams *streams, bool input);

/* After the clone, in the parent: the box's ends are the box's alone. */
void streams_leave(struct streams *streams);

/* In the box: make them the standard ones.  Exits on failure. */
void streams_place(const struct streams *streams);

/* In the parent: close what is left. */
void streams_close(struct streams *streams);

#endif
