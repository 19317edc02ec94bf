/* pattern.h - is this the output that the lesson expects? */

#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* What <name> stands for, since it was first matched. */
struct bindings {
	struct binding {
		char *name;
		char *value;
	} * binding;
	size_t count;
};

/*
 * Does one line match?  <name> is any text with at least one byte, as short as
 * can be, and "..." any text.  New names are bound when it does.
 */
bool pattern_line(const char *pattern, const char *text, struct bindings *b);

/*
 * Do the lines match, where the line "..." is any number of lines?  New names
 * are bound only when all do.
 */
bool pattern_lines(
    const struct lines *pattern, const struct lines *text, struct bindings *b);

/* Forget the newest, until count are left. */
void bindings_cut(struct bindings *b, size_t count);

/* A command, with its bound names replaced.  The caller frees it. */
char *pattern_fill(const char *command, const struct bindings *b);

#endif
