/* volume_fill.h - what a new volume holds. */

#ifndef VOLUME_FILL_H
#define VOLUME_FILL_H

#include "config.h"
#include "remap.h"

/*
 * If the volume is new, copy into it what root, a descriptor of the box's
 * future "/", has at its target, owners and modes included.  Boxes that start
 * at once wait for the first; what one that was killed has begun is begun
 * again.  With remap on, the owners are as that has them, and path, where root
 * is, has to be in its reach.  Called after volumes_clone() and before anything
 * is mounted there.  Exits on failure.
 */
void volume_fill(int root, const char *path, const struct volume *volume,
    const struct remap *remap);

#endif
