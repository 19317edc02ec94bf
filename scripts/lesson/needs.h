/* needs.h - what a block needs, and what there is. */

#ifndef NEEDS_H
#define NEEDS_H

#include "engine.h"

/* Why the block cannot be run here, or NULL. */
const char *needs_missing(const struct engine *e, const struct block *block);

#endif
