/* marks.h - the marks that a shell puts around prompt and output. */

#ifndef MARKS_H
#define MARKS_H

#include "session.h"

/* Add what came from the terminal to the session's output, without marks. */
void marks_read(struct session *s, const char *data, size_t len);

/*
 * The output as lines to compare: no escape sequences, no white space at the
 * ends of lines, no blank lines at the end.
 */
void marks_lines(const struct session *s, struct lines *lines);

#endif
