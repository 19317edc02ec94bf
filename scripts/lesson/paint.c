/* paint.c - commands and their output, each session in its colour. */

#define _GNU_SOURCE
#include <string.h>

#include "paint.h"

enum {
	PLAIN,
	ESCAPE,
	SEQUENCE,
};

void
paint_text(struct sink *sink, const char *text)
{
	sink->put(sink, text, strlen(text));
}

const char *
paint_plain(const struct sink *sink)
{
	return sink->colour ? "\033[0m" : "";
}

/* Host and box are as the labs paint them; others share what is left. */
const char *
paint_colour(const struct sink *sink, const char *name)
{
	static const char *const others[] = { "\033[33m", "\033[35m",
		"\033[34m", "\033[31m" };
	unsigned int sum = 0;

	if (!sink->colour)
		return "";
	if (strcmp(name, "host") == 0)
		return "\033[36m";
	if (strcmp(name, "box") == 0)
		return "\033[32m";
	for (; *name != '\0'; name++)
		sum += (unsigned char)*name;
	return others[sum % (sizeof(others) / sizeof(others[0]))];
}

void
paint_begin(struct painter *p, struct sink *sink, const char *name)
{
	*p = (struct painter){ .sink = sink, .name = name };
	p->colour = paint_colour(sink, name);
}

static void
prefix(struct painter *p)
{
	paint_text(p->sink, p->colour);
	paint_text(p->sink, p->name);
	paint_text(p->sink, "|");
	paint_text(p->sink, paint_plain(p->sink));
	paint_text(p->sink, " ");
	p->inside = true;
}

/* A whole sequence "ESC [ ...": only colours change nothing but themselves. */
static void
end_sequence(struct painter *p, char last)
{
	p->escape = PLAIN;
	if (last != 'm' || !p->sink->colour ||
	    p->length + 1 >= sizeof(p->sequence))
		return;
	if (!p->inside)
		prefix(p);
	p->sink->put(p->sink, "\033[", 2);
	p->sink->put(p->sink, p->sequence, p->length);
	p->sink->put(p->sink, "m", 1);
}

static void
escape_byte(struct painter *p, char c)
{
	if (p->escape == ESCAPE) {
		p->escape = c == '[' ? SEQUENCE : PLAIN;
		p->length = 0;
	} else if (c >= '@' && c <= '~') {
		end_sequence(p, c);
	} else if (p->length + 1 < sizeof(p->sequence)) {
		p->sequence[p->length++] = c;
	}
}

static void
plain_byte(struct painter *p, char c)
{
	if (c == '\n') {
		if (!p->inside)
			prefix(p);
		paint_text(p->sink, "\n");
		p->inside = false;
	} else if (c == '\033') {
		p->escape = ESCAPE;
	} else if (c == '\r') {
		p->returned = true;
		return;
	} else if ((unsigned char)c >= ' ' || c == '\t' || c == '\b') {
		/* It begins the line again, and so do we. */
		if (p->returned && p->inside)
			paint_text(p->sink, "\r");
		if (p->returned || !p->inside)
			prefix(p);
		p->sink->put(p->sink, &c, 1);
	}
	p->returned = false;
}

void
paint_output(struct painter *p, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p->escape != PLAIN)
			escape_byte(p, data[i]);
		else
			plain_byte(p, data[i]);
}

void
paint_end(struct painter *p)
{
	if (p->inside)
		paint_text(p->sink, "\n");
	paint_text(p->sink, paint_plain(p->sink));
	p->inside = false;
}
