/* adapt.c - Markdown as a terminal can show it. */

#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "adapt.h"

/* The line after this one. */
static const char *
after(const char *line)
{
	line = strchrnul(line, '\n');
	return *line == '\n' ? line + 1 : line;
}

static bool
is_fence(const char *line)
{
	return strncmp(line, "```", 3) == 0 || strncmp(line, "~~~", 3) == 0;
}

/* With how many tabs every line begins, up to the fence's end. */
static size_t
common_tabs(const char *line)
{
	size_t least = 8, tabs;

	for (; *line != '\0' && !is_fence(line); line = after(line)) {
		tabs = strspn(line, "\t");
		if (tabs < least && line[tabs] != '\n')
			least = tabs;
	}
	return least;
}

static const char *
copy_line(const char *line, struct buf *out)
{
	const char *next = after(line);

	buf_add(out, line, (size_t)(next - line));
	return next;
}

/* From the line that begins a fence to the line after its end. */
static const char *
copy_fence(const char *line, struct buf *out)
{
	size_t tabs;

	line = copy_line(line, out);
	tabs = common_tabs(line);
	while (*line != '\0' && !is_fence(line))
		line = copy_line(line + (*line == '\t' ? tabs : 0), out);
	return *line != '\0' ? copy_line(line, out) : line;
}

/*
 * "![what it shows](file)", maybe in several lines: the line after it, or NULL
 * if this is none.
 */
static const char *
copy_figure(const char *line, const char *directory, struct buf *out)
{
	const char *file, *end, *blank = strstr(line, "\n\n");

	if (strncmp(line, "![", 2) != 0)
		return NULL;
	file = strstr(line, "](");
	if (file == NULL || (blank != NULL && blank < file))
		return NULL;
	file += 2;
	end = file + strcspn(file, ")\n");
	if (*end != ')')
		return NULL;
	buf_printf(out, "Figure: `%s%s%.*s`\n", directory,
	    *directory != '\0' ? "/" : "", (int)(end - file), file);
	return after(end);
}

void
adapt_prose(const struct buf *prose, const char *directory, struct buf *out)
{
	const char *line = buf_text(prose), *next;

	while (*line != '\0') {
		next = copy_figure(line, directory, out);
		if (next == NULL)
			next = is_fence(line) ? copy_fence(line, out)
					      : copy_line(line, out);
		line = next;
	}
}
