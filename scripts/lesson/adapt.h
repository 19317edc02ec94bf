/* adapt.h - Markdown as a terminal can show it. */

#ifndef ADAPT_H
#define ADAPT_H

#include "buf.h"

/*
 * Copy prose to out.  A figure, which no terminal shows, becomes a line that
 * says where it is, in directory (empty: here); code begins at the left, for
 * each column counts.
 */
void adapt_prose(
    const struct buf *prose, const char *directory, struct buf *out);

#endif
