/* walk_prose.c - the prose of a lesson, in pages as large as the window. */

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "prose.h"
#include "walk_parts.h"

/* A part of the prose as pages. */
struct pages {
	struct lines lines;
	size_t from; /* first line of the page */
	size_t height;
};

bool
walk_is_title(const struct walk *w, size_t part)
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
	if (w->part > 0 && walk_is_title(w, w->part - 1))
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
		next = walk_ask(w, "next");
	while (next == TURN_STAY || next == TURN_SKIP);
	return next;
}

enum turn
walk_prose(struct walk *w, const struct part *part)
{
	struct pages pages = { .from = w->backward ? SIZE_MAX : 0 };
	enum turn next = w->backward ? TURN_BACK : TURN_NEXT;

	if (walk_is_title(w, w->part))
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
