/*
 * live.c - a session in the instructor's hands.
 *
 * Each key goes to the session's terminal, which now echoes and edits, as that
 * of a person does; what it says goes to the screen as it is.
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

enum {
	LEAVE = 0x1d /* Ctrl-] */,
	KILL_LINE = 0x15 /* Ctrl-U */
};

/* Write what it has said. */
static void
show(struct session *s)
{
	fwrite(buf_text(&s->out), 1, s->out.len, stdout);
	fflush(stdout);
	session_clear(s);
}

/* False: that was the last key for the session. */
static bool
pass_keys(struct ui *ui, struct session *s)
{
	unsigned char keys[64];
	const unsigned char *leave;
	ssize_t n = read(ui->tty, keys, sizeof(keys));
	size_t len;

	if (n <= 0) {
		ui->quit = true;
		return false;
	}
	leave = memchr(keys, LEAVE, (size_t)n);
	len = leave != NULL ? (size_t)(leave - keys) : (size_t)n;
	/* What does not fit, since nobody reads, is lost. */
	if (len > 0 && write(s->fd, keys, len) == -1)
		return leave == NULL;
	return leave == NULL;
}

/*
 * The shell's terminal as a person wants it, with a new prompt.  A shell that
 * edits by itself, maybe in a terminal behind ours, must be asked.
 */
static void
begin(struct engine *e, struct session *s)
{
	static const char command[] = " stty echo\n";
	bool raw = session_is_raw(s);

	if (s->phase == PHASE_READY && raw) {
		session_send(s, command, strlen(command));
		while (s->phase != PHASE_READY && !s->lost)
			if (loop_wait(&e->loop, (int)e->limit) == 0)
				break;
	} else if (!raw) {
		session_echo(s, true);
	}
	s->raw = false; /* it has to be asked again, to stop */
	s->live = true;
	loop_fit(&e->loop, s);
	if (s->phase == PHASE_READY)
		session_send(s, "\n", 1);
	else
		show(s);
}

/* As a lesson wants it, with nothing half typed. */
static void
end(struct engine *e, struct session *s)
{
	static const char kill_line = KILL_LINE;

	if (s->phase == PHASE_READY && write(s->fd, &kill_line, 1) == -1)
		s->lost = true;
	session_echo(s, false);
	s->live = false;
	loop_fit(&e->loop, s);
	session_clear(s);
}

void
live_shell(struct ui *ui, struct engine *e, const char *name)
{
	struct session *s = loop_session(&e->loop, name);
	bool going = true;
	int events;

	if (!s->started)
		s = engine_session(e, name);
	if (s == NULL) {
		ui_remark(ui, "(%s does not answer)", name);
		return;
	}
	ui_remark(
	    ui, "-- %s is yours; Ctrl-] leads back to the lesson --", name);
	begin(e, s);
	ui->count = 0;
	while (going && !s->lost && !ui->quit) {
		events = loop_wait(&e->loop, -1);
		if (events & LOOP_RESIZE)
			ui_resize(ui);
		if (events & LOOP_QUIT)
			ui->quit = true;
		show(s);
		if (events & LOOP_KEY)
			going = pass_keys(ui, s);
	}
	end(e, s);
	printf("\n");
	if (s->lost)
		ui_remark(ui, "(the shell has ended; another one begins)");
	ui_remark(ui, "-- the lesson goes on --");
}
