/* engine.h - run the steps of a lesson, each in its session. */

#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>

#include "doc.h"
#include "loop.h"
#include "pattern.h"

struct engine {
	struct loop loop;
	struct bindings bindings;
	long limit; /* milliseconds that a command may take */
	bool real_root;
	bool verbose; /* lesson test -v */
};

enum outcome {
	OUTCOME_DONE, /* the shell waits again */
	OUTCOME_OPEN, /* the program runs on, and has said what it should */
	OUTCOME_HUNG, /* there was no mark in time */
	OUTCOME_LOST, /* the session ended */
	OUTCOME_QUIT, /* a signal asks us to end */
	OUTCOME_STOPPED, /* it was not typed to the end */
};

/* Seen while a step runs, for who wants to show its output; may be NULL. */
struct watcher {
	/* Called at each event, and now and then; false leaves it running. */
	bool (*look)(struct watcher *w, struct session *s, int events);
};

/*
 * The session of that name, with its shell at a prompt.  NULL: it did not get
 * there in time.
 */
struct session *engine_session(struct engine *e, const char *name);

/*
 * Type the step, whose text is with names replaced, and wait for its end, ms
 * milliseconds at most (-1: for ever).
 */
enum outcome engine_step(struct engine *e, struct session *s,
    const struct step *step, const char *text, long ms, struct watcher *w);

/*
 * Nothing more is wanted of what runs in the session: its next command begins
 * in a new shell.
 */
void engine_give_up(const struct engine *e, struct session *s);

/* Does what the session has said match what the step expects? */
bool engine_matches(
    struct engine *e, const struct session *s, const struct step *step);

#endif
