/* front.h - a person at a terminal, in front of that of a container. */

#ifndef FRONT_H
#define FRONT_H

#include <sys/types.h>

#include <stdbool.h>

#include "keys.h"

/* To who holds the box: the front leaves it.  Else a byte is a signal. */
enum {
	FRONT_LEAVES = 0
};

struct front {
	int socket; /* to who holds the box; its end is that of the box */
	int master; /* where that is typed which is typed here */
	bool shares; /* what the box says comes by socket, not by master */
	struct keys keys; /* that leave it running */
};

/*
 * Be in front until the box has ended or is left, which is returned.  The
 * caller's terminal is raw meanwhile, and has the size of the box's; stopped
 * and continued, box gives it back and takes it again.  Signals are handed on;
 * where the box is shared, they end us instead.  The caller has called
 * monitor_block().  Exits on failure.
 */
bool front_attend(struct front *front);

/*
 * All that is left for "box run" and "box exec", whose box is held by process
 * pid, a child of ours, at the other end of socket.  Returns the exit status.
 */
int front_run(int socket, pid_t pid, const char *keys);

#endif
