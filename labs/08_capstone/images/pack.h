/* pack.h - from a tree in overlayfs's form to the archive of a layer. */

#ifndef PACK_H
#define PACK_H

#include "manifest.h"
#include "store.h"

/*
 * Make the tree below the directory dir a blob of the workshop: whiteouts and
 * opaque directories as images write them, hard links, holes and extended
 * attributes kept, in an order that is always the same.  The directory itself
 * is not in it, nor what is mounted there, nor sockets.  left_out: paths, such
 * as "etc/hosts", that are not for the image; NULL ends them.
 *
 * Nothing outside dir is read, whatever links are made in it meanwhile.
 * Changes the working directory.  Call it where overlay_userxattr() is what it
 * was for who wrote the tree.  Exits with one line on failure, and when the
 * tree has a name that images reserve.
 */
void pack(const struct store *store, const char *dir,
    const char *const left_out[], struct layer *layer);

#endif
