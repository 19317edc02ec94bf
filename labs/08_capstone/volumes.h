/* volumes.h - directories and files of the host, and tmpfs, for a box. */

#ifndef VOLUMES_H
#define VOLUMES_H

#include "config.h"

/*
 * Show each of config->volumes and mount each of config->tmpfs below root, a
 * descriptor of the future "/".  A target is resolved as the box would see it
 * and made if it is missing.  Called in the box, before pivot_root, while the
 * host's paths can be reached.  Exits on failure.
 */
void volumes_mount(int root, const struct config *config);

#endif
