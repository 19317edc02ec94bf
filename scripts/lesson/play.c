/* play.c - type a step before the eyes of a class, and show what comes. */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "play.h"

/*
 * How long a key takes, and a line at most; the look at it before Enter, and
 * at what came of it; and when a command has taken long.
 */
enum {
	KEY_MS = 35,
	LINE_MS = 2000,
	ENTER_MS = 400,
	AFTER_MS = 600,
	LONG_MS = 3000
};

/* A watcher that paints what has come since the last look. */
struct show {
	struct watcher watcher;
	struct play *play;
	struct painter painter;
	size_t seen; /* of the session's output */
	unsigned int cleared; /* which was begun anew so many times */
	long since; /* when it began */
	bool warned;
};

/*
 * Paint what is new.  A newline that comes first may be the echo of Enter, from
 * a shell that is about to say where its output begins: it is shown when more
 * follows, or at the end.
 */
static void
show_new(struct show *show, const struct session *s, bool end)
{
	const char *text = buf_text(&s->out), *newline;

	if (s->cleared != show->cleared) {
		show->cleared = s->cleared;
		show->seen = 0;
	}
	if (!end && text[strspn(text, "\r\n")] == '\0')
		return;
	/* What was typed comes back, if a shell would not be asked. */
	if (s->echoes && show->seen == 0) {
		newline = strchr(text, '\n');
		if (newline == NULL)
			return;
		show->seen = (size_t)(newline + 1 - text);
	}
	paint_output(
	    &show->painter, text + show->seen, s->out.len - show->seen);
	show->seen = s->out.len;
}

/* Whoever waits should know what can be done about it. */
static void
warn_of_long(struct show *show)
{
	struct sink *sink = show->play->sink;

	if (show->warned || show->play->patience == NULL ||
	    loop_now() - show->since < LONG_MS)
		return;
	show->warned = true;
	paint_end(&show->painter);
	if (sink->colour)
		paint_text(sink, "\033[2m");
	paint_text(sink, show->play->patience);
	paint_text(sink, paint_plain(sink));
	paint_text(sink, "\n");
}

static bool
look(struct watcher *w, struct session *s, int events)
{
	struct show *show = (struct show *)w;

	show_new(show, s, false);
	warn_of_long(show);
	return show->play->look == NULL ||
	    show->play->look(show->play, s, events);
}

/* The words in front: a session's name, in its colour, and its prompt. */
static void
show_prompt(struct sink *sink, const struct step *step)
{
	char prompt[] = { ' ', ' ', '\0' };

	paint_text(sink, paint_colour(sink, step->name));
	paint_text(sink, step->name);
	paint_text(sink, paint_plain(sink));
	if (step->kind == STEP_KEY) {
		prompt[0] = '^';
		prompt[1] = '\0';
	} else if (step->kind == STEP_INPUT) {
		prompt[0] = '>';
	} else {
		prompt[0] = step->prompt;
	}
	paint_text(sink, prompt);
}

/* False: it was stopped. */
static bool
type(struct sink *sink, const struct step *step, const char *text)
{
	long key = LINE_MS / ((long)strlen(text) + 1);

	if (key > KEY_MS)
		key = KEY_MS;
	sink->stopped = false;
	show_prompt(sink, step);
	if (sink->colour)
		paint_text(sink, "\033[1m");
	for (; *text != '\0' && !sink->stopped; text++) {
		sink->put(sink, text, 1);
		/* Not between the bytes of a character. */
		if (((unsigned char)text[1] & 0xc0) != 0x80)
			sink->pause(sink, key);
	}
	paint_text(sink, paint_plain(sink));
	if (!sink->stopped)
		sink->pause(sink, ENTER_MS);
	paint_text(sink, sink->stopped ? "^C\n" : "\n");
	return !sink->stopped;
}

enum outcome
play_step(struct play *play, const struct step *step, int *status)
{
	struct engine *e = play->engine;
	struct show show = { .watcher = { look }, .play = play };
	struct session *s;
	char *text = pattern_fill(step->text, &e->bindings);
	enum outcome outcome = OUTCOME_HUNG;

	*status = -1;
	s = step->kind == STEP_COMMAND ? engine_session(e, step->name)
				       : loop_session(&e->loop, step->name);
	if (!type(play->sink, step, text)) {
		free(text);
		return OUTCOME_STOPPED;
	}
	show.since = loop_now();
	paint_begin(&show.painter, play->sink, step->name);
	if (s != NULL) {
		outcome =
		    engine_step(e, s, step, text, play->wait, &show.watcher);
		if (s->fd != -1)
			show_new(&show, s, true);
		/* What names are bound to is needed by later commands. */
		if (s->fd != -1)
			engine_matches(e, s, step);
	}
	paint_end(&show.painter);
	if (outcome == OUTCOME_DONE)
		*status = s->status;
	free(text);
	play->sink->pause(play->sink, AFTER_MS);
	return outcome;
}

void
play_shown(struct play *play, const struct step *step)
{
	struct painter painter;

	show_prompt(play->sink, step);
	paint_text(play->sink, step->text);
	paint_text(play->sink, "\n");
	paint_begin(&painter, play->sink, step->name);
	for (size_t i = 0; i < step->expected.count; i++) {
		paint_output(&painter, step->expected.line[i],
		    strlen(step->expected.line[i]));
		paint_output(&painter, "\n", 1);
	}
}
