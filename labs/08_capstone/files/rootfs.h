/* rootfs.h - the root file system of a box: its layers, and the one on top. */

#ifndef ROOTFS_H
#define ROOTFS_H

#include "config.h"
#include "image.h"
#include "remap.h"
#include "state.h"

/*
 * Mount the image's layers, an init layer with what belongs to this container
 * only, and a writable layer in state->dir, all with owners as remap has it.
 * Called in the box, in a mount namespace of its own that has left the host's
 * peer groups.  address: where the box is on the bridge, whose boxes have a
 * common /etc/hosts; or "", and it has a file of its own with its hostname in
 * it.  Returns the directory it is mounted on, a name that no other process can
 * use.  Exits on failure.
 */
const char *rootfs_mount(const struct image *image, const struct state *state,
    const struct remap *remap, const struct config *config,
    const char *address);

/*
 * Mount a container that has ended once more, for who wants to see or change
 * its files: the layers and the writable one, with owners as remap has it.  In
 * a mount namespace like that above.  Returns the directory.  Exits on failure.
 */
const char *rootfs_view(char *const layers[], size_t count,
    const struct state *state, const struct remap *remap);

#endif
