/* engine.c - run the steps of a lesson, each in its session. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "marks.h"

/*
 * How long a program may take to get in front, if it ever does; and how often
 * who watches is called when nothing happens.
 */
enum {
	FRONT_MS = 1000,
	LOOK_MS = 10,
	WATCH_MS = 500
};

bool
engine_matches(
    struct engine *e, const struct session *s, const struct step *step)
{
	struct lines seen;
	bool matches;

	marks_lines(s, &seen);
	matches = pattern_lines(&step->expected, &seen, &e->bindings);
	lines_free(&seen);
	return matches;
}

/*
 * Has an open step said what it should?  A line without an end may become
 * longer, and a name must not be bound to a part of it.
 */
static bool
has_said(struct engine *e, const struct session *s, const struct step *step)
{
	const struct lines *expected = &step->expected;
	const struct buf *out = &s->out;

	if (!step->open)
		return false;
	if (expected->count > 0 && out->len > 0 &&
	    out->data[out->len - 1] != '\n' &&
	    strchr(expected->line[expected->count - 1], '<') != NULL)
		return false;
	return engine_matches(e, s, step);
}

/* Is it over, and how?  OUTCOME_HUNG: not yet. */
static enum outcome
state(struct engine *e, const struct session *s, const struct step *step)
{
	if (s->phase == PHASE_READY)
		return OUTCOME_DONE;
	if (s->lost)
		return OUTCOME_LOST;
	if (step != NULL && has_said(e, s, step))
		return OUTCOME_OPEN;
	return OUTCOME_HUNG;
}

static enum outcome
wait_for(struct engine *e, struct session *s, const struct step *step, long ms,
    struct watcher *w)
{
	long end = loop_now() + ms, left;
	int events = LOOP_OUTPUT;
	enum outcome outcome;

	for (;;) {
		if (w != NULL && !w->look(w, s, events))
			return OUTCOME_HUNG;
		if (events & LOOP_QUIT)
			return OUTCOME_QUIT;
		outcome = state(e, s, step);
		if (outcome != OUTCOME_HUNG)
			return outcome;
		left = ms < 0 ? -1 : end - loop_now();
		if (ms >= 0 && left <= 0)
			return OUTCOME_HUNG;
		if (w != NULL && (left < 0 || left > WATCH_MS))
			left = WATCH_MS;
		events = loop_wait(&e->loop, (int)left);
	}
}

/*
 * A program that takes each byte as it comes has a terminal behind it that we
 * cannot set, such as that of box run -t: ask the shell there not to echo.
 */
static void
quieten(struct engine *e, struct session *s)
{
	static const char command[] = " stty -echo\n";
	bool raw = session_is_raw(s);

	if (raw && !s->raw) {
		session_send(s, command, strlen(command));
		wait_for(e, s, NULL, e->limit, NULL);
		s->echoes = s->status != 0;
	} else if (!raw) {
		s->echoes = false;
	}
	s->raw = raw;
}

struct session *
engine_session(struct engine *e, const char *name)
{
	struct session *s = loop_session(&e->loop, name);

	if (s->phase == PHASE_OUTPUT &&
	    wait_for(e, s, NULL, e->limit, NULL) != OUTCOME_DONE)
		return NULL;
	return s;
}

/*
 * With real root it is not killed: it may have made something on this machine,
 * and has to live until loop_close() gives it the time to remove that.
 */
void
engine_give_up(const struct engine *e, struct session *s)
{
	if (e->real_root)
		session_hang_up(s);
	else
		session_kill(s);
	s->lost = true;
}

/*
 * A key is a signal to the process group in front, so the program has to be
 * there before it.  There is nothing that would tell: look until it is.
 */
static void
wait_for_front(struct engine *e, const struct session *s, pid_t shell)
{
	long end = loop_now() + FRONT_MS;

	while (session_foreground(s) == shell && loop_now() < end &&
	    s->phase == PHASE_OUTPUT && !s->lost)
		loop_wait(&e->loop, LOOK_MS);
}

enum outcome
engine_step(struct engine *e, struct session *s, const struct step *step,
    const char *text, long ms, struct watcher *w)
{
	enum outcome outcome;
	struct buf line = { 0 };
	pid_t shell;
	char key;

	if (step->kind == STEP_COMMAND && s->phase == PHASE_READY)
		quieten(e, s);
	shell = session_foreground(s);
	if (step->kind == STEP_KEY) {
		key = (char)(text[0] & 0x1f);
		session_send(s, &key, 1);
	} else {
		buf_printf(&line, "%s\n", text);
		session_send(s, line.data, line.len);
		buf_free(&line);
	}
	outcome = wait_for(e, s, step, ms, w);
	if (outcome == OUTCOME_OPEN && step->kind == STEP_COMMAND && step->key)
		wait_for_front(e, s, shell);
	return outcome;
}
