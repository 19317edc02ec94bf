/* play.h - type a step before the eyes of a class, and show what comes. */

#ifndef PLAY_H
#define PLAY_H

#include "engine.h"
#include "paint.h"

struct play {
	struct engine *engine;
	struct sink *sink;
	long wait; /* milliseconds a command may take, or -1 */
	const char *patience; /* said once of one that takes long, or NULL */
	/* Called at each event while a command runs; may be NULL. */
	bool (*look)(struct play *play, struct session *s, int events);
	void *data; /* the caller's */
};

/*
 * Type it, run it, show its output; *status is the command's, or -1.
 * OUTCOME_STOPPED: it was not run, since Ctrl-C came while it was typed.
 */
enum outcome play_step(struct play *play, const struct step *step, int *status);

/* Show it as it stands in the text, with what was expected. */
void play_shown(struct play *play, const struct step *step);

#endif
