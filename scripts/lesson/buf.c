/* buf.c - text that grows, and lists of it. */

#define _GNU_SOURCE
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "exit.h"

void
buf_add(struct buf *b, const char *data, size_t len)
{
	size_t room = b->room == 0 ? 256 : b->room;
	char *grown;

	while (room < b->len + len + 1)
		room *= 2;
	if (room != b->room) {
		grown = realloc(b->data, room);
		if (grown == NULL)
			err(EXIT_OWN, "realloc");
		b->data = grown;
		b->room = room;
	}
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len == -1)
		err(EXIT_OWN, "vasprintf");
	buf_add(b, text, (size_t)len);
	free(text);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

const char *
buf_text(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

void
lines_add(struct lines *l, const char *text, size_t len)
{
	char *line = strndup(text, len);

	if (line == NULL)
		err(EXIT_OWN, "strndup");
	l->line = grow(l->line, l->count, sizeof(*l->line));
	l->line[l->count++] = line;
}

void
lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->line[i]);
	free(l->line);
	*l = (struct lines){ 0 };
}

char *
copy_text(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		err(EXIT_OWN, "strdup");
	return copy;
}

void *
grow(void *list, size_t count, size_t size)
{
	/* Room is doubled: at each power of two there is none left. */
	if ((count & (count - 1)) != 0)
		return list;
	list = reallocarray(list, count == 0 ? 1 : count * 2, size);
	if (list == NULL)
		err(EXIT_OWN, "reallocarray");
	return list;
}
