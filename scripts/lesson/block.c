/* block.c - run a console block, and judge it. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "compare.h"
#include "marks.h"

/* Lines of output that -v shows of one command. */
enum {
	VERBOSE_MAX = 50
};

/* A block while it runs. */
struct run {
	struct engine *engine;
	const struct doc *doc;
	const struct block *block;
	struct buf *why;
	bool failed;
};

/* The first line of a complaint: where, and what was typed. */
static void
complain(
    struct run *r, const struct step *step, const char *text, const char *what)
{
	buf_printf(r->why, "%s:%d: ", r->doc->name, step->line);
	step_show(step, text, r->why);
	buf_printf(r->why, "\n%s\n", what);
	r->failed = true;
}

/* What ends a shell or a program says nothing by its status. */
static bool
is_end(const struct step *step)
{
	return step->kind == STEP_KEY || strcmp(step->text, "exit") == 0;
}

static void
judge_status(
    struct run *r, const struct step *step, const char *text, int status)
{
	const struct block *block = r->block;
	struct buf what = { 0 };
	bool last = step == &block->step[block->count - 1];

	if (status == -1)
		return;
	if (last && block->fails && status == 0)
		buf_puts(&what, "status 0, but it should fail");
	else if (last && block->status != -1 && status != block->status)
		buf_printf(&what, "status %d, not %d", status, block->status);
	else if (!(last && (block->fails || block->status != -1)) &&
	    status != 0 && !is_end(step))
		buf_printf(&what, "status %d, not 0", status);
	if (what.len > 0)
		complain(r, step, text, what.data);
	buf_free(&what);
}

static void
judge_output(struct run *r, const struct session *s, const struct step *step,
    const char *text)
{
	struct lines seen;

	if (engine_matches(r->engine, s, step))
		return;
	marks_lines(s, &seen);
	complain(r, step, text, "expected (-) and seen (+):");
	compare_show(&step->expected, step->expected_line, &seen,
	    &r->engine->bindings, r->why);
	lines_free(&seen);
}

/* Nothing more can come of this session: tell what there was. */
static void
give_up(struct run *r, struct session *s, const struct step *step,
    const char *text, enum outcome outcome)
{
	struct buf what = { 0 };
	struct lines seen;

	if (outcome == OUTCOME_LOST)
		buf_puts(&what, "the session's shell has ended");
	else if (outcome == OUTCOME_QUIT)
		buf_puts(&what, "interrupted");
	else if (step->open)
		buf_printf(&what, "not the expected output in %g s",
		    (double)r->engine->limit / 1000);
	else
		buf_printf(&what, "no prompt within %g s",
		    (double)r->engine->limit / 1000);
	complain(r, step, text, what.data);
	buf_free(&what);
	if (s == NULL)
		return;
	marks_lines(s, &seen);
	compare_show(&step->expected, step->expected_line, &seen,
	    &r->engine->bindings, r->why);
	lines_free(&seen);
	engine_give_up(r->engine, s);
}

static void
say_verbose(const struct step *step, const char *text, const struct session *s)
{
	struct buf line = { 0 };
	struct lines seen;

	step_show(step, text, &line);
	printf("# %s\n", line.data);
	buf_free(&line);
	marks_lines(s, &seen);
	for (size_t i = 0; i < seen.count && i < VERBOSE_MAX; i++)
		printf("# %s\n", seen.line[i]);
	if (seen.count > VERBOSE_MAX)
		printf("# ... and %zu lines more\n", seen.count - VERBOSE_MAX);
	lines_free(&seen);
	fflush(stdout);
}

/* False: the rest of the block makes no sense. */
static bool
run_step(struct run *r, const struct step *step, const char *text)
{
	struct engine *e = r->engine;
	struct session *s;
	enum outcome outcome = OUTCOME_HUNG;

	/* What goes to a program needs the session as it is. */
	if (step->kind == STEP_COMMAND)
		s = engine_session(e, step->name);
	else
		s = loop_session(&e->loop, step->name);
	if (s != NULL)
		outcome = engine_step(e, s, step, text, e->limit, NULL);
	if (s != NULL && e->verbose)
		say_verbose(step, text, s);
	if (outcome != OUTCOME_DONE && outcome != OUTCOME_OPEN) {
		give_up(r, s, step, text, outcome);
		return false;
	}
	judge_output(r, s, step, text);
	if (outcome == OUTCOME_DONE)
		judge_status(r, step, text, s->status);
	/* What should run in a box shall not run on a real machine. */
	return !(r->failed && e->real_root);
}

bool
block_run(struct engine *e, const struct doc *doc, const struct block *block,
    struct buf *why)
{
	struct run r = { e, doc, block, why, false };
	bool go_on = true;
	char *text;

	for (size_t i = 0; i < block->count && go_on; i++) {
		text = pattern_fill(block->step[i].text, &e->bindings);
		go_on = run_step(&r, &block->step[i], text);
		free(text);
	}
	return !r.failed;
}
