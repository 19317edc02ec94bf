/* compare.c - where expected and seen output part, for a person to read. */

#include <string.h>

#include "compare.h"

/* More is not read by anybody. */
enum {
	CONTEXT = 2,
	SHOWN_MAX = 20
};

/* What is equal at the beginning, and at the end. */
struct common {
	size_t head;
	size_t tail;
};

static void
find_common(const struct lines *expected, const struct lines *seen,
    struct bindings *b, struct common *c)
{
	size_t least = seen->count;

	if (expected->count < least)
		least = expected->count;
	while (c->head < least && strcmp(expected->line[c->head], "...") != 0 &&
	    pattern_line(expected->line[c->head], seen->line[c->head], b))
		c->head++;
	while (c->head + c->tail < least &&
	    strcmp(expected->line[expected->count - c->tail - 1], "...") != 0 &&
	    pattern_line(expected->line[expected->count - c->tail - 1],
		seen->line[seen->count - c->tail - 1], b))
		c->tail++;
}

static void
show(struct buf *out, const struct lines *lines, size_t from, size_t to,
    char sign, int first)
{
	for (size_t i = from; i < to; i++) {
		if (i - from == SHOWN_MAX) {
			buf_printf(out, "      %c... and %zu lines more\n",
			    sign, to - i);
			return;
		}
		if (first > 0)
			buf_printf(out, "%5d %c%s\n", first + (int)i, sign,
			    lines->line[i]);
		else
			buf_printf(out, "      %c%s\n", sign, lines->line[i]);
	}
}

/* What the names that are expected stood for already. */
static void
show_bindings(
    struct buf *out, const struct lines *expected, const struct bindings *b)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < b->count; i++) {
		buf_clear(&name);
		buf_printf(&name, "<%s>", b->binding[i].name);
		for (size_t l = 0; l < expected->count; l++)
			if (strstr(expected->line[l], name.data) != NULL) {
				buf_printf(out, "      (%s is %s)\n", name.data,
				    b->binding[i].value);
				break;
			}
	}
	buf_free(&name);
}

void
compare_show(const struct lines *expected, int first, const struct lines *seen,
    struct bindings *b, struct buf *out)
{
	size_t before = b->count, from, end;
	struct common c = { 0, 0 };

	/* Names that only this comparison binds are no one else's. */
	find_common(expected, seen, b, &c);
	from = c.head > CONTEXT ? c.head - CONTEXT : 0;
	end = expected->count - c.tail;
	show(out, expected, from, c.head, ' ', first);
	show(out, expected, c.head, end, '-', first);
	show(out, seen, c.head, seen->count - c.tail, '+', 0);
	if (c.tail > CONTEXT)
		show(out, expected, end, end + CONTEXT, ' ', first);
	else
		show(out, expected, end, expected->count, ' ', first);
	bindings_cut(b, before);
	show_bindings(out, expected, b);
}
