/* prose.h - Markdown for a terminal, as lines. */

#ifndef PROSE_H
#define PROSE_H

#include <stdbool.h>

#include "buf.h"

/*
 * Through lowdown(1), or without it as it is, but no wider than width.  Its
 * figures are in directory.  The caller frees the lines.
 */
void prose_lines(const struct buf *prose, const char *directory, int width,
    bool colour, struct lines *lines);

/* Break text at spaces, no wider than width, with so many spaces in front. */
void prose_wrap(const char *text, int width, int indent, struct lines *lines);

#endif
