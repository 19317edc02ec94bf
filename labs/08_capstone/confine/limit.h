/* limit.h - from the options to the files of a cgroup. */

#ifndef LIMIT_H
#define LIMIT_H

#include "config.h"
#include "state.h"

#define LIMIT_PIDS 2048 /* without --pids-limit, as podman has it */

struct limits {
	bool on; /* the group exists */
	const char *controllers; /* that the group has; "" for none */
	int cgroup; /* its v2 directory, for a child to be born in; or -1 */
};

/*
 * Make the container's cgroup and set its limits.  Where that is not allowed
 * the box runs without, unless a limit was asked for: then -1, with one line
 * said and nothing left.
 */
int limit_create(struct limits *limits, const struct config *config,
    const struct state *state);

/* Once the box has ended, before limit_release(): did a limit kill in it? */
void limit_note(const struct limits *limits, const struct config *config,
    struct state *state);

/* Kill what is left in the group and remove it. */
void limit_release(const struct limits *limits, const struct state *state);

#endif
