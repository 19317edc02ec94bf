/* compare.h - where expected and seen output part, for a person to read. */

#ifndef COMPARE_H
#define COMPARE_H

#include "pattern.h"

/*
 * Write the lines that are only expected with "-" before them, and their
 * number in the file, which is first for the first of them; those only seen
 * with "+".
 */
void compare_show(const struct lines *expected, int first,
    const struct lines *seen, struct bindings *b, struct buf *out);

#endif
