/* volume_fill.h - what a new volume holds. */

#ifndef VOLUME_FILL_H
#define VOLUME_FILL_H

#include "config.h"

/*
 * If the volume is new, copy into it what root, a descriptor of the box's
 * future "/", has at its target, owners and modes included.  Boxes that start
 * at once wait for the first; what one that was killed has begun is begun
 * again.  Called in the box, after volumes_clone() and before anything is
 * mounted there.  Exits on failure.
 */
void volume_fill(int root, const struct volume *volume);

#endif
