/* lookup.h - a container by what a person calls it. */

#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>

#include "state.h"

/*
 * Fill state, whose home is known, for the container that has this name, or
 * whose id begins like that if no other's does.  -1, with one line said, when
 * there is none.  Its facts may be of a moment ago by now.
 */
int find_container(struct state *state, const char *text);

/* The same, in silence: is there one, or are there more? */
bool find_any(struct state *state, const char *text);

/*
 * Is there one that is meant by text, and whose facts cannot be read?  Then
 * errno says why, and state has its id and what follows from that.
 */
bool find_spoilt(struct state *state, const char *text);

/* Is somebody looking after it: does it run, start, or wait to be restarted? */
bool find_alive(const struct state *state);

/*
 * A descriptor of its process 1, surely this one, or -1 with errno: ESRCH when
 * it does not run.
 */
int find_process(const struct state *state);

/*
 * A process of the box whose namespaces may be looked at, and its number; -1
 * with one line said.  Box's own init may not be: a plain user, even as root of
 * a user namespace, has no such right over a program that has hidden itself.
 * Its children can, and while one is that, it is in the box.
 */
int find_member(const struct state *state, pid_t *pid);

/* Fill state for each container there is, and call visit.  Exits on failure. */
void find_all(struct state *state,
    void (*visit)(const struct state *state, void *arg), void *arg);

#endif
