/* overlay.h - stack directories, and write only to the topmost. */

#ifndef OVERLAY_H
#define OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Mount on target the merged view of n lower directories, lowers[0] on top of
 * the others, and of upper, which is above them all and takes every change.
 * work is an empty directory on the file system of upper, for the kernel's use
 * alone.  upper NULL: a read-only view, for which n must be at least 2.
 * scratch: upper and work will be removed after use, not mounted again, so the
 * kernel need not bring them safely to disk.
 *
 * Any file name will do.  Where all names together pass 4 KiB, there may be at
 * most 220 layers; else the kernel's own limit holds, 500.
 *
 * Call it in the box, in a mount namespace of its own, before pivot_root: it
 * needs CAP_SYS_ADMIN in the owner of that namespace, and /proc.  A user
 * namespace other than the first needs Linux 5.11.  Exits on failure.
 */
void overlay_mount(const char *target, const char *const lowers[], size_t n,
    const char *upper, const char *work, bool scratch);

/*
 * Does overlayfs keep its marks in user.overlay.* here, not trusted.overlay.*?
 * Yes in every user namespace but the first.  Layers written in one way are
 * misread in the other.
 */
bool overlay_userxattr(void);

#endif
