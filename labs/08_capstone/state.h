/* state.h - what box remembers on disk, and how the dead are swept. */

#ifndef STATE_H
#define STATE_H

#include <limits.h>
#include <stdbool.h>

#define STATE_ID_SIZE 13 /* twelve hexadecimal digits and a NUL */

/*
 * A container, while its box runs.  Everything lives below BOXLAB_HOME, else
 * /var/lib/boxlab for root, ~/.local/share/boxlab for others:
 *
 *	containers/ID/	its writable layer
 *	names/NAME	a symbolic link to the id: taken or free, atomically
 *	running/ID	locked by the running box, so that a box that died,
 *			even by SIGKILL, is known by its free lock
 *	net/ADDRESS	a symbolic link to the id that has the address
 *	stage/		empty: where each box, unseen by others, mounts its root
 */
struct state {
	char home[PATH_MAX / 4];
	char dir[PATH_MAX / 2]; /* containers/ID */
	char id[STATE_ID_SIZE];
	char name[65];
	char cgroup[32]; /* its name for lab 04 */
	int lock; /* open on running/ID */
};

/*
 * Find the home, make it if it is missing, and sweep what the dead left in
 * it.  Call it before userns_enter(): a plain user's home is not root's.
 * Exits with one line on failure.
 */
void state_open(struct state *state);

/*
 * Make a container: choose an id, take the name (NULL: the id), make its
 * directory.  Exits with one line, and nothing left, on failure.
 */
void state_create(struct state *state, const char *name, bool rm);

/*
 * The box has ended.  keep: its directory and name stay, with the exit status
 * for "box ps -a"; else nothing does.
 */
void state_release(struct state *state, bool keep, int status);

/* Print the containers as a table; the ended ones too when all. */
void state_list(const struct state *state, bool all);

/*
 * Remove an ended container, by name or id, or all of them.  Exits with one
 * line on failure, and when there is no such container or it still runs.
 */
void state_remove(const struct state *state, const char *name);
void state_prune(const struct state *state);

#endif
