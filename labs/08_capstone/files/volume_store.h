/* volume_store.h - named volumes: directories that outlive containers. */

#ifndef VOLUME_STORE_H
#define VOLUME_STORE_H

#include <stdbool.h>

#include "config.h"
#include "state.h"

/*
 * Everything lives below BOXLAB_HOME:
 *
 *	volumes/		locked by who makes, takes or removes one; for
 *				its owner alone: boxes make set-uid programs
 *	volumes/NAME/data/	what a box sees
 *	volumes/NAME/fresh	there until it has been filled from an image
 *	volumes/NAME/anonymous	there if nobody gave it the name
 *	volumes/NAME/users/ID	the containers that have it.  One that is gone
 *				does not count, so nobody has to take it out.
 *	volumes/.*		made or removed half-way, by who was killed
 *
 * All functions need the rights of who owns the home: call them after
 * cmd_open().
 */

/* Letters, digits, "_", "." and "-" inside, at most 64. */
bool volume_name_ok(const char *name);

/*
 * Write a target, which starts with "/", in one way only: "/a//./b/" is "/a/b".
 * ".." stays: what it means depends on the links before it.
 */
void volume_clean(char *target);

/*
 * Make each volume that config wants and is not there, note that state's
 * container uses them, and put the directories' paths into config.  0, or -1
 * with one line said.
 */
int volume_take(struct config *config, const struct state *state);

/*
 * A container is gone for good: so are its anonymous volumes, unless another
 * has them too.  id is its name below containers/.
 */
void volume_forget(const char *home, const char *id);

/*
 * Want an anonymous volume at each of n targets, unless something is mounted
 * there: what an image says of its VOLUMEs.  Cleans the targets.  Before
 * volume_take().
 */
void volume_want(struct config *config, char *const targets[], size_t n);

/* "box volume": each 0, or -1 with one line said. */
int volume_create(const struct state *state, const char *name);
int volume_remove(const struct state *state, const char *name);
int volume_inspect(const struct state *state, const char *name);
int volume_list(const struct state *state, bool quiet);

/* Remove all that no container has: anonymous ones, or others too. */
int volume_prune(const struct state *state, bool all);

#endif
