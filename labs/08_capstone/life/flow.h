/* flow.h - bytes on their way between the caller and the box. */

#ifndef FLOW_H
#define FLOW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* One way, never blocking: a box that does not read can still be read from. */
struct flow {
	int from, to;
	size_t used;
	bool ended; /* nothing comes any more */
	int error; /* why nothing can be written any more, or 0 */
	char buf[4096];
};

/* from == -1: nothing will come. */
void flow_begin(struct flow *flow, int from, int to);

/* The events to wait for on from and to, in two elements. */
void flow_poll(const struct flow *flow, struct pollfd pfd[2]);

/* Move what can be moved after poll(2). */
void flow_move(struct flow *flow, const struct pollfd pfd[2]);

/*
 * All who wrote to it are dead: move what there is.  A terminal may be late
 * with it, but tells its end.  Exits on failure.
 */
void flow_drain(struct flow *flow, bool terminal);

#endif
