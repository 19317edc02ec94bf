/* volumes.h - directories and files of the host, and tmpfs, for a box. */

#ifndef VOLUMES_H
#define VOLUMES_H

#include "config.h"
#include "remap.h"

/*
 * Take hold of what config->volumes shall show, as it is now.  Called in the
 * box, before its first mount: a volume may be the very directory that the
 * root is built below, and must not show the box its own /proc, unmasked.
 * Volumes with a name are shown as remap, if it is on, has it.
 * Exits on failure.
 */
void volumes_clone(const struct config *config, const struct remap *remap);

/*
 * After volumes_clone(): fill what is new of config's volumes with what root,
 * a descriptor of the future "/", which is at path, has there, with owners as
 * remap has it.  Exits on failure.
 */
void volumes_fill(int root, const char *path, const struct config *config,
    const struct remap *remap);

/*
 * After volumes_clone(): show each of config->volumes and mount each of
 * config->tmpfs below root, a descriptor of the future "/".  A target is
 * resolved as the box would see it and made if it is missing; it may not be
 * "/" or in /proc.  Called in the box, before pivot_root.  Exits on failure.
 */
void volumes_mount(int root, const struct config *config);

#endif
