/* block.h - run a console block, and judge it. */

#ifndef BLOCK_H
#define BLOCK_H

#include "engine.h"

/*
 * Run the steps of the block.  True: all was as expected.  Else why has what
 * was not, in lines for a person to read.
 */
bool block_run(struct engine *e, const struct doc *doc,
    const struct block *block, struct buf *why);

#endif
