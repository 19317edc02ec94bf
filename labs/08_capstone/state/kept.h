/* kept.h - what a container was made from, for whoever comes later. */

#ifndef KEPT_H
#define KEPT_H

#include <stddef.h>

#include "config.h"
#include "image.h"
#include "state.h"

/*
 * The file is containers/ID/config, for root of the container alone since -e
 * may carry secrets: records "KEY=value", each ended by a NUL byte.
 *
 *	ARG	a word of the command line, "run" first (repeated)
 *	CWD	the directory it was typed in
 *	CMD	a word of the command that is run (repeated)
 *	ENV	a variable of the command, as "NAME=value" (repeated)
 *	USER	the user, if there is one
 *	WORKDIR	where the command starts
 *	VOLUME	a volume by its name, as "NAME:target" (repeated)
 *	EXPOSE	a port, as "80/tcp", for -P (repeated)
 *	LAYER	a layer of the image, the top one first (repeated)
 */
struct kept {
	char *text;
	size_t size;
};

/*
 * Write it, and make the file of facts.  state.start becomes a descriptor of
 * the file, locked: the box inherits it and the kernel drops the lock when its
 * command has been executed, so kept_wait() knows.  0, or -1 with one line
 * said.
 */
int kept_write(struct state *state, int argc, char *argv[],
    const struct config *config, const struct image *image);

/* Read it.  0, or -1 with errno.  kept_free() when done. */
int kept_read(const char *dir, struct kept *kept);
void kept_free(struct kept *kept);

/*
 * The value of the first record with this key, and of the next one after that;
 * NULL when there is none.
 */
const char *kept_next(
    const struct kept *kept, const char *key, const char *previous);

/* All of them: a list that NULL ends, with values that belong to kept. */
char **kept_list(const struct kept *kept, const char *key, size_t *count);

/*
 * Put the command line, with what it then meant, into config.  The texts in it
 * belong to kept.
 */
void kept_config(const struct kept *kept, struct config *config);

/*
 * Lock it again, as kept_write() does, before each further start.  0, or -1
 * with one line said.
 */
int kept_lock(struct state *state);

/*
 * Wait until a box that starts has executed its command, or died: before that
 * it is not complete, and has more of the host than it shall.  Then read the
 * facts.  No other process 1 takes the place of the one in them until the
 * descriptor that is returned is closed; one's pidfd is good after that too.
 * -1 with one line said when there is no container.
 */
int kept_wait(struct state *state);

#endif
