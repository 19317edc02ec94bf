/* whiteout.h - how a layer says "not there". */

#ifndef WHITEOUT_H
#define WHITEOUT_H

#include <stdbool.h>

/*
 * None of the functions follows a symbolic link.  Those that return an int
 * give 0, or -1 with errno.  Marking needs CAP_SYS_ADMIN in the first user
 * namespace, or any other user namespace in which the caller is root.
 */

/* Hide the name below: make path, which must not exist, a whiteout. */
int overlay_whiteout(const char *path);

/*
 * Hide all that directories of the same name below contain.  A whiteout has
 * no business inside: ls(1) would show it.  EOPNOTSUPP: the file system lacks
 * the attributes (a tmpfs before Linux 6.6, in a user namespace).
 */
int overlay_set_opaque(const char *dir);

/*
 * What overlayfs would say, mounted from where the caller is.  false also for
 * a path that does not exist.
 */
bool overlay_is_whiteout(const char *path);
bool overlay_is_opaque(const char *dir);

/*
 * Remove all attributes in which overlayfs keeps marks and notes, such as
 * whence a file was copied up: they mean nothing in another place.
 */
int overlay_drop_marks(const char *path);

#endif
