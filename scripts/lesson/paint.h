/* paint.h - commands and their output, each session in its colour. */

#ifndef PAINT_H
#define PAINT_H

#include <stdbool.h>
#include <stddef.h>

/* Where it is shown: a terminal, or a recording. */
struct sink {
	void (*put)(struct sink *sink, const char *text, size_t len);
	/* Let so much time of a reader's go by. */
	void (*pause)(struct sink *sink, long ms);
	bool colour;
	bool stopped; /* Ctrl-C: type no more of this */
};

/* Output on its way to a sink. */
struct painter {
	struct sink *sink;
	const char *name; /* the session's, in front of each line */
	const char *colour;
	bool inside; /* of a line */
	bool returned; /* a carriage return came last */
	int escape; /* state of an escape sequence */
	char sequence[32];
	size_t length;
};

void paint_text(struct sink *sink, const char *text);

/* The colour of a session, by its name: an escape sequence, or "". */
const char *paint_colour(const struct sink *sink, const char *name);

/* The colours back to what they were, if there are any. */
const char *paint_plain(const struct sink *sink);

/* Begin to show what a session says. */
void paint_begin(struct painter *p, struct sink *sink, const char *name);

/* More of its output; escape sequences stay out of it, but for colours. */
void paint_output(struct painter *p, const char *data, size_t len);

/* End the last line. */
void paint_end(struct painter *p);

#endif
