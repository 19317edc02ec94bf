/* walk_block.c - the commands of a lesson, before a class. */

#define _GNU_SOURCE
#include <stdio.h>

#include "needs.h"
#include "walk_parts.h"

void
walk_remark(
    struct walk *w, const struct step *step, enum outcome outcome, int status)
{
	struct session *s;

	if (outcome == OUTCOME_STOPPED)
		ui_remark(&w->ui, "(not run)");
	else if (outcome == OUTCOME_LOST)
		ui_remark(&w->ui, "(the shell of %s has ended)", step->name);
	else if (outcome == OUTCOME_HUNG && !step->open && !w->ui.quit) {
		ui_remark(&w->ui, "(given up; %s begins again)", step->name);
		s = loop_session(&w->engine->loop, step->name);
		engine_give_up(w->engine, s);
	} else if (status > 0)
		ui_remark(&w->ui, "(status %d)", status);
}

static void
run_step(struct walk *w, struct step *step)
{
	enum outcome outcome;
	int status;

	/* What an open step says is awaited for a while only. */
	w->play.wait = step->open || w->ui.tty == -1 ? w->engine->limit : -1;
	outcome = play_step(&w->play, step, &status);
	step->done = outcome != OUTCOME_STOPPED;
	walk_remark(w, step, outcome, status);
}

/* The next page shall not push what came last off the screen unread. */
static enum turn
pause_after(struct walk *w)
{
	enum turn next;

	do
		next = walk_ask(w, "next");
	while (next == TURN_STAY || next == TURN_AGAIN);
	return next == TURN_SKIP ? TURN_NEXT : next;
}

/* The transcript as it stands in the text. */
static enum turn
show_transcript(struct walk *w, struct block *block, const char *why)
{
	ui_remark(&w->ui, "(only shown, not run: %s)", why);
	for (size_t i = 0; i < block->count; i++) {
		play_shown(&w->play, &block->step[i]);
		block->step[i].done = true;
	}
	puts("");
	return pause_after(w);
}

static void
show_done(struct walk *w, const struct step *step)
{
	struct buf line = { 0 };

	step_show(step, step->text, &line);
	ui_remark(&w->ui, "%s   (has run, and is not undone)", line.data);
	buf_free(&line);
}

/* Until it has run, or somebody wants something else. */
static enum turn
show_step(struct walk *w, struct step *step)
{
	enum turn next = TURN_STAY;

	w->session = step->name;
	while (!step->done) {
		next = walk_ask(w, "types");
		if (next == TURN_STAY || next == TURN_AGAIN)
			continue;
		if (next != TURN_NEXT)
			return next;
		run_step(w, step);
		if (w->ui.quit)
			return TURN_QUIT;
	}
	return next;
}

enum turn
walk_block(struct walk *w, struct block *block)
{
	const char *why = needs_missing(w->engine, block);
	enum turn next = TURN_NEXT;

	if (why != NULL)
		return show_transcript(w, block, why);
	for (size_t i = 0; i < block->count; i++) {
		struct step *step = &block->step[i];

		if (step->done) {
			show_done(w, step);
			continue;
		}
		next = show_step(w, step);
		if (next == TURN_BACK || next == TURN_QUIT)
			return next;
		if (next == TURN_SKIP) {
			ui_remark(&w->ui, "(skipped)");
			for (; i < block->count; i++)
				block->step[i].done = true;
			break;
		}
	}
	if (w->vote.question != NULL)
		vote_reveal(&w->ui, &w->vote);
	else
		puts("");
	return pause_after(w);
}
