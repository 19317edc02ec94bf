/* marks.h - what a layer says is gone, kept until all of it is unpacked. */

#ifndef MARKS_H
#define MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "beneath.h"

/*
 * ".wh.NAME" hides NAME of the layers below, never of its own layer, and
 * ".wh..wh..opq" all that is below its directory, wherever in the archive they
 * stand.  So they are collected, and applied when the rest is in place.
 */
struct marks {
	char **gone; /* the paths of what is hidden */
	size_t gone_count;
	char **opaque; /* the paths of directories */
	size_t opaque_count;
};

/*
 * Is the entry of that clean path a mark?  Then it is collected.  -1 with
 * errno EINVAL: a mark that means nothing (".wh." alone, ".wh..", ".wh...",
 * ".wh..wh.NAME"), that is not a file, or something below one.
 */
int marks_take(struct marks *marks, const char *clean, bool is_file);

/*
 * Make them what overlayfs understands here, by the mechanisms of lab 06.
 * Changes the working directory.  NULL, or with errno the path of the one that
 * failed.
 */
const char *marks_apply(struct marks *marks, struct beneath *at);

/* Give the memory back. */
void marks_free(struct marks *marks);

#endif
