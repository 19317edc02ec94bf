/* walk.c - lesson walk: the lesson before a class. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "needs.h"
#include "walk.h"
#include "walk_parts.h"

static enum turn
show_question(struct walk *w, struct part *part)
{
	if (part->question.asked) {
		ui_remark(&w->ui, "(asked before: %s)", part->question.text);
		return TURN_NEXT;
	}
	part->question.asked = true;
	return vote_ask(&w->ui, &part->question, &w->vote) ? TURN_NEXT
							   : TURN_QUIT;
}

/* The last prose before this part; this part, if there is none. */
static void
go_back(struct walk *w)
{
	size_t part = w->part;

	while (part > 0 &&
	    (w->doc->part[--part].kind != PART_PROSE || walk_is_title(w, part)))
		;
	if (part == w->part || w->doc->part[part].kind != PART_PROSE ||
	    walk_is_title(w, part)) {
		ui_remark(&w->ui, "(this is the beginning)");
		return;
	}
	if (w->part < w->doc->count && w->doc->part[w->part].kind != PART_PROSE)
		ui_remark(&w->ui, "(back: what has run is not undone)");
	w->backward = true;
	w->part = part;
}

static bool
is_section(const struct part *part, const char *name)
{
	return part->heading != NULL && strcasecmp(part->heading, name) == 0;
}

bool
walk_has_section(const struct doc *doc, const char *name)
{
	for (size_t i = 0; i < doc->count; i++)
		if (is_section(&doc->part[i], name))
			return true;
	return false;
}

/* The state that a section begins with is what the blocks before it left. */
static void
run_unseen(struct walk *w, struct block *block)
{
	struct engine *e = w->engine;

	if (needs_missing(e, block) != NULL)
		return;
	for (size_t i = 0; i < block->count && !w->ui.quit; i++) {
		struct step *step = &block->step[i];
		struct session *s = step->kind == STEP_COMMAND
		    ? engine_session(e, step->name)
		    : loop_session(&e->loop, step->name);
		char *text = pattern_fill(step->text, &e->bindings);

		if (s != NULL &&
		    engine_step(e, s, step, text, e->limit, NULL) ==
			OUTCOME_QUIT)
			w->ui.quit = true;
		if (s != NULL)
			engine_matches(e, s, step);
		free(text);
		step->done = true;
	}
}

static void
start_at(struct walk *w, const char *from)
{
	if (from == NULL)
		return;
	ui_remark(&w->ui, "(running what comes before \"%s\")", from);
	while (!is_section(&w->doc->part[w->part], from)) {
		run_unseen(w, &w->doc->part[w->part].block);
		w->doc->part[w->part].question.asked = true;
		w->part++;
	}
}

static enum turn
show_part(struct walk *w)
{
	struct part *part = &w->doc->part[w->part];

	switch (part->kind) {
	case PART_PROSE:
		return walk_prose(w, part);
	case PART_BLOCK:
		return walk_block(w, &part->block);
	default:
		return show_question(w, part);
	}
}

static enum turn
show_end(struct walk *w)
{
	enum turn next;

	ui_remark(&w->ui, "-- the end --");
	do
		next = walk_ask(w, "quit");
	while (next == TURN_STAY || next == TURN_AGAIN);
	return next;
}

int
walk_lesson(struct engine *e, const struct doc *doc, bool automatic,
    const char *from, int pace)
{
	struct walk w = { .engine = e, .doc = doc, .session = "host" };
	enum turn next;
	char *slash;

	e->loop.named = true;
	ui_open(&w.ui, &e->loop, automatic, pace);
	w.play = (struct play){ e, &w.ui.sink, -1,
		w.ui.tty != -1 ? walk_patience : NULL, walk_look, &w };
	w.directory = copy_text(doc->name);
	slash = strrchr(w.directory, '/');
	*(slash != NULL ? slash : w.directory) = '\0';
	start_at(&w, from);
	while (!w.ui.quit) {
		if (w.part == doc->count) {
			next = show_end(&w);
			if (next != TURN_BACK)
				break;
		} else {
			next = show_part(&w);
		}
		w.backward = false;
		if (next == TURN_BACK)
			go_back(&w);
		else
			w.part++;
	}
	ui_close(&w.ui);
	free(w.directory);
	return 0;
}
