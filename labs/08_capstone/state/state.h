/* state.h - what box remembers on disk, and how the dead are swept. */

#ifndef STATE_H
#define STATE_H

#include <sys/types.h>

#include <limits.h>
#include <stdbool.h>

#include "facts.h"

/* What to do when nothing can be written there: the end of a message. */
#define STATE_ELSEWHERE " (set BOXLAB_HOME to use another directory)"

#define STATE_ID_SIZE 13 /* twelve hexadecimal digits and a NUL */

/*
 * A container, while its box runs.  Everything lives below BOXLAB_HOME, else
 * /var/lib/boxlab for root, ~/.local/share/boxlab for others:
 *
 *	containers/ID/	its writable layer "upper", and:
 *		config	what it was made from: see kept.h
 *		facts	what it does or how it ended: see facts.h
 *		log	what a detached one has said: see log.h
 *	names/NAME	a symbolic link to the id: taken or free, atomically
 *	running/ID	locked by the running box, so that a box that died,
 *			even by SIGKILL, is known by its free lock; in it
 *			stands what is to become of it then, and for who
 *			waits the exit status
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
	int start; /* open on config until the command is executed: kept.h */
	int tell; /* who started a detached box wants to hear; -1: nobody */
	int front; /* the other process of hold.h; -1: there is none */
	struct facts facts; /* as this process knows them */
};

/* No container yet. */
#define STATE_NONE                                                \
	{                                                         \
		.lock = -1, .start = -1, .tell = -1, .front = -1, \
	}

/* What is to become of a container whose owner dies; "running" has the word. */
enum state_fate {
	STATE_KEEP,
	STATE_REMOVE,
	STATE_REMOVE_ALL, /* its volumes without a name, too */
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
 * Give the container one more name, or take one from it.  -1 with errno, EEXIST
 * when another has it; a name that it does not have is no failure.
 */
int state_name(const struct state *state, const char *name);
void state_unname(const struct state *state, const char *name);

/* Take all its names, whichever they are: nothing else is known of it. */
void state_unname_all(const struct state *state);

/*
 * Take an ended container again, by its id, to start or to remove it, as if
 * just created.  fate: if we should die.  -1 with errno: EEXIST when it runs
 * or another has taken it, ENOENT when it is gone.
 */
int state_take(struct state *state, const char *id, enum state_fate fate);

/* Give back what state_take() took, as it was. */
void state_return(struct state *state);

/*
 * In the process that waits for the box, as soon as it has been cloned: note
 * that pid is its process 1.  Says so when that fails, and goes on.
 */
void state_running(struct state *state, pid_t pid);

/*
 * Change what facts says, under its lock: edit gets what is there now.  Says
 * so when it fails, and returns -1.
 */
int state_edit(struct state *state,
    void (*edit)(struct facts *facts, const void *arg), const void *arg);

/*
 * Note that the container shall not start again: the same as "stopping" in its
 * facts, where a full disk has no room for that.  -1 with errno.
 */
int state_unwant(const struct state *state);
bool state_unwanted(const struct state *state);

/*
 * The box has ended.  keep: its directory and name stay, with the exit status
 * for "box ps -a"; else nothing does.  -1, with one line said, if that is left
 * for the next sweep.
 */
int state_release(struct state *state, bool keep, int status);

/*
 * The same for one that is swept.  Who reads its files may be waiting for the
 * sweep to end, so that is not waited for: then the next sweep removes it.
 */
void state_bury(struct state *state, bool keep, int status);

#endif
