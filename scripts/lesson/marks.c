/*
 * marks.c - the marks that a shell puts around prompt and output.
 *
 * They are the operating system command (OSC) 133, which terminals know as
 * "semantic prompts" or "shell integration": A, the prompt begins; B, it ends;
 * C, output begins; D;n, the command ended with status n.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "marks.h"

enum {
	PLAIN,
	ESCAPE, /* after ESC */
	COMMAND, /* after ESC ] */
	COMMAND_ESCAPE, /* ESC after that: the first half of its end? */
};

/* More than a person reads; a command that never ends shall not fill us. */
enum {
	OUT_MAX = 4 << 20,
	ESCAPE_MAX = 4096,
};

static void
mark(struct session *s, const char *text)
{
	char *end;
	long status;

	switch (text[0]) {
	case 'B':
		if (s->phase == PHASE_PROMPT)
			s->phase = PHASE_READY;
		break;
	case 'C':
		/* What came before is what was typed, come back. */
		if (s->phase == PHASE_OUTPUT)
			session_clear(s);
		break;
	case 'D':
		status = strtol(text + (text[1] == ';' ? 2 : 1), &end, 10);
		s->status = *end == '\0' ? (int)status : -1;
		s->phase = PHASE_PROMPT;
		s->started = true;
		break;
	}
}

static void
output(struct session *s, const char *data, size_t len)
{
	if ((s->phase == PHASE_OUTPUT || s->live) && s->out.len < OUT_MAX)
		buf_add(&s->out, data, len);
}

static void
end_command(struct session *s)
{
	const char *text = buf_text(&s->escape);

	if (strncmp(text, "133;", 4) == 0)
		mark(s, text + 4);
	buf_clear(&s->escape);
	s->escape_state = PLAIN;
}

/* One byte after an ESC. */
static void
escape_byte(struct session *s, char c)
{
	switch (s->escape_state) {
	case ESCAPE:
		s->escape_state = c == ']' ? COMMAND : PLAIN;
		if (c != ']') {
			output(s, "\033", 1);
			output(s, &c, 1);
		}
		break;
	case COMMAND:
		if (c == '\a')
			end_command(s);
		else if (c == '\033')
			s->escape_state = COMMAND_ESCAPE;
		else if (s->escape.len < ESCAPE_MAX)
			buf_add(&s->escape, &c, 1);
		break;
	default:
		end_command(s);
	}
}

void
marks_read(struct session *s, const char *data, size_t len)
{
	const char *end = data + len, *escape;

	while (data < end) {
		if (s->escape_state != PLAIN) {
			escape_byte(s, *data++);
			continue;
		}
		escape = memchr(data, '\033', (size_t)(end - data));
		if (escape == NULL)
			escape = end;
		output(s, data, (size_t)(escape - data));
		data = escape;
		if (data < end) {
			s->escape_state = ESCAPE;
			data++;
		}
	}
}

/* The length of the escape sequence that begins with ESC here. */
static size_t
sequence(const char *text)
{
	size_t len;

	if (text[1] != '[')
		return text[1] == '\0' ? 1 : 2;
	len = 2 + strspn(text + 2, "0123456789;:<=>?!\"#$%&'()*+,-./ ");
	return text[len] == '\0' ? len : len + 1;
}

/* One line, cleaned; where the next begins, or NULL. */
static const char *
clean_line(const char *text, struct buf *line)
{
	buf_clear(line);
	buf_add(line, "", 0);
	while (*text != '\0' && *text != '\n')
		if (*text == '\033')
			text += sequence(text);
		else
			buf_add(line, text++, 1);
	while (
	    line->len > 0 && strchr(" \t\r", line->data[line->len - 1]) != NULL)
		line->data[--line->len] = '\0';
	return *text == '\n' ? text + 1 : NULL;
}

void
marks_lines(const struct session *s, struct lines *lines)
{
	const char *text = buf_text(&s->out), *end;
	struct buf line = { 0 };

	*lines = (struct lines){ 0 };
	if (s->echoes) {
		end = strchr(text, '\n');
		text = end != NULL ? end + 1 : text + strlen(text);
	}
	while (text != NULL && *text != '\0') {
		text = clean_line(text, &line);
		lines_add(lines, line.data, line.len);
	}
	while (lines->count > 0 && *lines->line[lines->count - 1] == '\0')
		free(lines->line[--lines->count]);
	buf_free(&line);
}
