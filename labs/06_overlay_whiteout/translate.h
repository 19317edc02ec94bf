/* translate.h - between overlayfs's marks and those of image files. */

#ifndef TRANSLATE_H
#define TRANSLATE_H

/*
 * An image travels as tar files, which have no whiteouts.  AUFS, the first
 * union file system of containers, used empty files instead, and OCI images
 * still do:
 *
 *			overlayfs			AUFS and OCI
 *	NAME is gone	NAME, a character device 0:0	.wh.NAME
 *	opaque DIR	DIR, with an attribute		DIR/.wh..wh..opq
 *
 * Both translate the tree at layer in place, keep the times of directories,
 * never follow a symbolic link below layer, and need the privilege that
 * whiteout.h states.  0, or -1 with errno: EINVAL and nothing changed if layer
 * holds what the other form cannot say, which is a reserved name (".wh." alone,
 * ".wh.." or ".wh..."; any name in ".wh." when translating to OCI) or a
 * ".wh.NAME" that is no regular file.
 */

/* For a layer unpacked from an image, before it is mounted. */
int whiteout_from_oci(const char *layer);

/*
 * For a copy of an upper directory, before it is packed.  Drops every
 * attribute that overlayfs kept for itself.
 */
int whiteout_to_oci(const char *layer);

#endif
