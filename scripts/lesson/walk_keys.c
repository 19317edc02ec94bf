/* walk_keys.c - what the keys do in a class. */

#define _GNU_SOURCE
#include <stdio.h>

#include "live.h"
#include "walk_parts.h"

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

const char walk_patience[] =
    "(still running: Ctrl-C interrupts it, s gives it up, l types to it)";

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
		walk_remark(w, &step, outcome, status);
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

enum turn
walk_ask(struct walk *w, const char *what)
{
	char help[160];

	snprintf(help, sizeof(help),
	    " %zu/%zu  space %s  p back  s skip  r run  l live  ? help "
	    " q quit ",
	    w->part + 1, w->doc->count, what);
	return turn(w, ui_key(&w->ui, help));
}

bool
walk_look(struct play *play, struct session *s, int events)
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
