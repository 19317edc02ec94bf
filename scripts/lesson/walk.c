/* walk.c - lesson walk: the lesson before a class. */

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "needs.h"
#include "play.h"
#include "prose.h"
#include "vote.h"
#include "walk.h"

/* Where to go from what is shown. */
enum turn {
	TURN_STAY,
	TURN_NEXT,
	TURN_BACK,
	TURN_SKIP,
	TURN_AGAIN, /* show it again: the window has another size */
	TURN_QUIT,
};

struct walk {
	struct ui ui;
	struct play play;
	struct engine *engine;
	const struct doc *doc;
	struct vote vote;
	const char *session; /* which the keys r and l are about */
	char *directory; /* where the lesson lies, and its figures */
	size_t part;
	bool backward; /* we come from what follows */
};

static const char help_text[] =
    "\n"
    "  space, Enter, n, right   next: a page, or the next command; while one\n"
    "                           is typed, the rest of it at once\n"
    "  p, b, left               back to read again; what has run stays done\n"
    "  s                        skip the rest of this block; while a command\n"
    "                           runs, give it up\n"
    "  r                        run a command of your own here\n"
    "  l                        a live shell here; Ctrl-] comes back\n"
    "  Ctrl-C                   interrupt the command; twice, quit\n"
    "  q                        quit, and clean up\n"
    "  ?                        this help\n"
    "\n";

static const char patience_text[] =
    "(still running: Ctrl-C interrupts it, s gives it up, l types to it)";

/* Say what is not as one might think. */
static void
remark_outcome(
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
own_command(struct walk *w)
{
	struct step step = { .kind = STEP_COMMAND, .prompt = '$' };
	struct buf text = { 0 }, label = { 0 };
	enum outcome outcome;
	int status;

	snprintf(step.name, sizeof(step.name), "%s", w->session);
	buf_printf(&label, "%s%s%s$ ", paint_colour(&w->ui.sink, step.name),
	    step.name, paint_plain(&w->ui.sink));
	if (ui_line(&w->ui, label.data, false, &text) && text.len > 0) {
		/* It was typed already: show only what comes of it. */
		fputs("\033[A\r\033[K", stdout);
		w->ui.hurry = true;
		step.text = text.data;
		w->play.wait = -1;
		outcome = play_step(&w->play, &step, &status);
		remark_outcome(w, &step, outcome, status);
	}
	buf_free(&label);
	buf_free(&text);
}

/* What every key does, wherever we are. */
static enum turn
turn(struct walk *w, int key)
{
	switch (key) {
	case KEY_NEXT:
		return TURN_NEXT;
	case KEY_BACK:
		return TURN_BACK;
	case KEY_RESIZE:
		return TURN_AGAIN;
	case 's':
		return TURN_SKIP;
	case 'r':
		own_command(w);
		break;
	case 'l':
		live_shell(&w->ui, w->engine, w->session);
		break;
	case '?':
	case 'h':
		fputs(help_text, stdout);
		break;
	case 'q':
	case KEY_QUIT:
		w->ui.quit = true;
		break;
	}
	return w->ui.quit ? TURN_QUIT : TURN_STAY;
}

static enum turn
ask(struct walk *w, const char *what)
{
	char help[160];

	snprintf(help, sizeof(help),
	    " %zu/%zu  space %s  p back  s skip  r run  l live  ? help "
	    " q quit ",
	    w->part + 1, w->doc->count, what);
	return turn(w, ui_key(&w->ui, help));
}

/* A part of the prose as pages. */
struct pages {
	struct lines lines;
	size_t from; /* first line of the page */
	size_t height;
};

/* Nothing but a title, which belongs on the page of what follows it. */
static bool
is_title(const struct walk *w, size_t part)
{
	const struct part *this = &w->doc->part[part];
	const char *rest = buf_text(&this->prose);

	rest += strcspn(rest, "\n");
	return this->heading != NULL && rest[strspn(rest, "\n")] == '\0' &&
	    part + 1 < w->doc->count && this[1].kind == PART_PROSE;
}

/* The line that begins the next page: after a blank one, if there is one. */
static size_t
page_end(const struct pages *pages, size_t from)
{
	size_t end = from + pages->height, line;

	if (end >= pages->lines.count)
		return pages->lines.count;
	for (line = end; line > from + pages->height / 2; line--)
		if (*pages->lines.line[line] == '\0')
			return line + 1;
	return end;
}

/* The line that begins the page with this line. */
static size_t
page_of(const struct pages *pages, size_t line)
{
	size_t from = 0, end;

	while (
	    (end = page_end(pages, from)) <= line && end < pages->lines.count)
		from = end;
	return from;
}

/* For the window as it is now, at about the same place. */
static void
paginate(struct walk *w, const struct part *part, struct pages *pages)
{
	const struct winsize *size = &w->ui.loop->size;
	struct buf text = { 0 };

	lines_free(&pages->lines);
	if (w->part > 0 && is_title(w, w->part - 1))
		buf_puts(&text, buf_text(&part[-1].prose));
	buf_puts(&text, buf_text(&part->prose));
	prose_lines(&text, w->directory, size->ws_col, w->ui.sink.colour,
	    &pages->lines);
	buf_free(&text);
	pages->height = size->ws_row > 5 ? size->ws_row - 3U : 2;
	if (pages->from >= pages->lines.count && pages->lines.count > 0)
		pages->from = pages->lines.count - 1;
	pages->from = page_of(pages, pages->from);
}

static enum turn
show_page(struct walk *w, const struct pages *pages)
{
	const char *line = "";
	enum turn next;

	for (size_t i = pages->from; i < page_end(pages, pages->from); i++) {
		line = pages->lines.line[i];
		puts(line);
	}
	fputs(paint_plain(&w->ui.sink), stdout);
	if (*line != '\0')
		puts("");
	fflush(stdout);
	do
		next = ask(w, "next");
	while (next == TURN_STAY || next == TURN_SKIP);
	return next;
}

static enum turn
show_prose(struct walk *w, const struct part *part)
{
	struct pages pages = { .from = w->backward ? SIZE_MAX : 0 };
	enum turn next = w->backward ? TURN_BACK : TURN_NEXT;

	if (is_title(w, w->part))
		return TURN_NEXT;
	paginate(w, part, &pages);
	while (pages.from < pages.lines.count) {
		next = show_page(w, &pages);
		if (next == TURN_AGAIN)
			paginate(w, part, &pages);
		else if (next == TURN_NEXT)
			pages.from = page_end(&pages, pages.from);
		else if (next == TURN_BACK && pages.from > 0)
			pages.from = page_of(&pages, pages.from - 1);
		else
			break;
	}
	lines_free(&pages.lines);
	return next;
}

/* Keys while a command runs.  False: leave it alone. */
static bool
look(struct play *play, struct session *s, int events)
{
	struct walk *w = play->data;
	int key;

	fflush(stdout);
	if (events & LOOP_QUIT)
		w->ui.quit = true;
	if (events & LOOP_RESIZE)
		ui_resize(&w->ui);
	while (!w->ui.quit && (key = ui_typed(&w->ui)) != KEY_NONE)
		switch (key) {
		case 'q':
		case KEY_QUIT:
			w->ui.quit = true;
			break;
		case KEY_INTERRUPT:
			session_interrupt(s);
			break;
		case 's':
			engine_give_up(w->engine, s);
			return false;
		case 'l':
			live_shell(&w->ui, w->engine, s->name);
			break;
		}
	return !w->ui.quit;
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
	remark_outcome(w, step, outcome, status);
}

/* The next page shall not push what came last off the screen unread. */
static enum turn
pause_after(struct walk *w)
{
	enum turn next;

	do
		next = ask(w, "next");
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
		next = ask(w, "types");
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

static enum turn
show_block(struct walk *w, struct block *block)
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
	    (w->doc->part[--part].kind != PART_PROSE || is_title(w, part)))
		;
	if (part == w->part || w->doc->part[part].kind != PART_PROSE ||
	    is_title(w, part)) {
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
		return show_prose(w, part);
	case PART_BLOCK:
		return show_block(w, &part->block);
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
		next = ask(w, "quit");
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
		w.ui.tty != -1 ? patience_text : NULL, look, &w };
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
