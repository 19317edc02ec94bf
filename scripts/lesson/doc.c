/* doc.c - a lesson as its parts: prose, console blocks, questions. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "doc.h"
#include "exit.h"

/* The file while it is read. */
struct reader {
	struct doc *doc;
	struct lines lines;
	size_t next; /* line to be read, from 0 */
};

static void
read_lines(const char *path, struct lines *lines)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (file == NULL)
		err(EXIT_OWN, "%s", path);
	while ((len = getline(&line, &room, file)) > 0) {
		while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
			len--;
		lines_add(lines, line, (size_t)len);
	}
	if (ferror(file))
		err(EXIT_OWN, "%s", path);
	free(line);
	fclose(file);
}

static struct part *
add_part(struct reader *r, enum part_kind kind)
{
	struct doc *doc = r->doc;
	struct part *part;

	doc->part = grow(doc->part, doc->count, sizeof(*doc->part));
	part = &doc->part[doc->count++];
	*part = (struct part){ .kind = kind, .line = (int)r->next + 1 };
	part->block.status = -1;
	return part;
}

/*
 * The prose that lines go to.  A heading begins a new part, so that a lesson
 * can be started there.
 */
static struct part *
prose(struct reader *r, const char *heading)
{
	struct doc *doc = r->doc;
	struct part *part = NULL;

	if (doc->count > 0)
		part = &doc->part[doc->count - 1];
	if (part == NULL || part->kind != PART_PROSE || heading != NULL)
		part = add_part(r, PART_PROSE);
	if (heading != NULL)
		part->heading = copy_text(heading);
	return part;
}

/* How many of fence's characters begin the line, if it is a fence; or 0. */
static size_t
fence_length(const char *line, char *kind)
{
	size_t indent = strspn(line, " "), len;

	line += indent;
	if (indent > 3 || (*line != '`' && *line != '~'))
		return 0;
	*kind = *line;
	len = strspn(line, *line == '`' ? "`" : "~");
	if (len < 3 || (*kind == '`' && strchr(line + len, '`') != NULL))
		return 0;
	return len;
}

/* Does the line end a fence of len characters of this kind? */
static bool
fence_ends(const char *line, char kind, size_t len)
{
	char other;
	size_t n = fence_length(line, &other);

	return n >= len && other == kind && line[strspn(line, " ") + n] == '\0';
}

static void
read_fence(struct reader *r, char kind, size_t len)
{
	const char *line = r->lines.line[r->next], *info;
	struct part *part;
	size_t first = r->next + 1, end;

	for (end = first; end < r->lines.count; end++)
		if (fence_ends(r->lines.line[end], kind, len))
			break;
	if (end == r->lines.count)
		errx(EXIT_OWN, "%s:%zu: this fence has no end", r->doc->name,
		    r->next + 1);
	info = line + strspn(line, " ") + len;
	info += strspn(info, " ");
	if (strncmp(info, "console", 7) == 0 && strchr(" {", info[7]) != NULL) {
		part = add_part(r, PART_BLOCK);
		console_read(r->doc->name, (int)first, info + 7,
		    (char *const *)&r->lines.line[first], end - first,
		    &part->block);
	} else {
		part = prose(r, NULL);
		for (size_t i = r->next; i <= end; i++)
			buf_printf(&part->prose, "%s\n", r->lines.line[i]);
	}
	r->next = end + 1;
}

/* The text of a line of a block quote, or NULL. */
static const char *
quoted(const struct reader *r)
{
	const char *line;

	if (r->next == r->lines.count || r->lines.line[r->next][0] != '>')
		return NULL;
	line = r->lines.line[r->next] + 1;
	return line + strspn(line, " ");
}

static void
append(char **text, const char *more)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *text, **text == '\0' ? "" : " ",
		more) == -1)
		err(EXIT_OWN, "asprintf");
	free(*text);
	*text = joined;
}

/*
 * A line of a question: an answer "- a) text", the right one "answer: b", or
 * more of what came last.
 */
static void
read_question_line(struct reader *r, struct question *q, const char *line)
{
	struct lines *answers = &q->answers;

	if (strncmp(line, "- ", 2) == 0) {
		line += 2 + strspn(line + 2, " ");
		if (line[0] - 'a' != (int)answers->count || line[1] != ')')
			errx(EXIT_OWN, "%s:%zu: answers are a), b) and so on",
			    r->doc->name, r->next + 1);
		line += 2 + strspn(line + 2, " ");
		lines_add(answers, line, strlen(line));
	} else if (strncmp(line, "answer:", 7) == 0) {
		line += 7 + strspn(line + 7, " ");
		q->right = '?';
		if (line[0] != '\0' && line[1] == '\0')
			q->right = line[0];
	} else if (answers->count > 0) {
		append(&answers->line[answers->count - 1], line);
	} else {
		append(&q->text, line);
	}
}

/* line is what follows the word predict. */
static void
read_question(struct reader *r, const char *line)
{
	struct part *part = add_part(r, PART_QUESTION);
	struct question *q = &part->question;

	q->text = copy_text(line + strspn(line, " "));
	for (r->next++; (line = quoted(r)) != NULL; r->next++)
		if (*line != '\0')
			read_question_line(r, q, line);
	if (q->answers.count < 2 || q->answers.count > 9)
		errx(EXIT_OWN, "%s:%d: a question has 2 to 9 answers",
		    r->doc->name, part->line);
	if (q->right < 'a' || q->right - 'a' >= (int)q->answers.count)
		errx(EXIT_OWN, "%s:%d: which answer is right? (> answer: b)",
		    r->doc->name, part->line);
}

static void
read_part(struct reader *r)
{
	const char *line = r->lines.line[r->next], *heading = NULL;
	const char *quote = quoted(r);
	size_t len;
	char kind;

	len = fence_length(line, &kind);
	if (len > 0) {
		read_fence(r, kind, len);
		return;
	}
	if (quote != NULL && strncmp(quote, "predict:", 8) == 0) {
		read_question(r, quote + 8);
		return;
	}
	/* Blank lines between other things are no page of their own. */
	if (*line == '\0' &&
	    (r->doc->count == 0 ||
		r->doc->part[r->doc->count - 1].kind != PART_PROSE)) {
		r->next++;
		return;
	}
	len = strspn(line, "#");
	if (len > 0 && len <= 6 && line[len] == ' ')
		heading = line + len + strspn(line + len, " ");
	buf_printf(&prose(r, heading)->prose, "%s\n", line);
	r->next++;
}

/*
 * A step is open when the next one of its session, in whatever block, is for
 * the program that it started.
 */
static void
find_open(const struct doc *doc)
{
	struct step **last = NULL, *step;
	size_t count = 0, s;

	for (size_t p = 0; p < doc->count; p++)
		for (size_t i = 0; i < doc->part[p].block.count; i++) {
			step = &doc->part[p].block.step[i];
			for (s = 0; s < count; s++)
				if (strcmp(last[s]->name, step->name) == 0)
					break;
			if (s < count) {
				last[s]->open = step->kind != STEP_COMMAND;
				last[s]->key = step->kind == STEP_KEY;
			}
			if (s == count)
				last =
				    grow(last, count++, sizeof(struct step *));
			last[s] = step;
		}
	free(last);
}

struct doc *
doc_read(const char *path, const char *name)
{
	struct reader r = { 0 };

	r.doc = calloc(1, sizeof(*r.doc));
	if (r.doc == NULL)
		err(EXIT_OWN, "calloc");
	r.doc->name = name;
	read_lines(path, &r.lines);
	while (r.next < r.lines.count)
		read_part(&r);
	lines_free(&r.lines);
	find_open(r.doc);
	return r.doc;
}

int
doc_blocks(const struct doc *doc)
{
	int blocks = 0;

	for (size_t i = 0; i < doc->count; i++)
		if (doc->part[i].kind == PART_BLOCK)
			blocks++;
	return blocks;
}

void
step_show(const struct step *step, const char *text, struct buf *out)
{
	switch (step->kind) {
	case STEP_COMMAND:
		buf_printf(out, "%s%c %s", step->name, step->prompt, text);
		break;
	case STEP_INPUT:
		buf_printf(out, "%s> %s", step->name, text);
		break;
	case STEP_KEY:
		buf_printf(out, "%s^%s", step->name, text);
		break;
	}
}
