/*
 * whiteout.c - deleting what one cannot write.
 *
 * A lower layer never changes, so deleting is adding: the upper layer gets a
 * mark that stops the look-up.  There are two, one for a name and one for all
 * that a directory of this name has below.  To see both, let the kernel make
 * them: remove a file in a box, and a directory that you then make again, and
 * look at the upper directory with stat(1) and getfattr(1).
 *
 * Read: mknod(2), makedev(3), xattr(7), setxattr(2), getxattr(2),
 * listxattr(2), symlink(7).
 */

#define _GNU_SOURCE
#include <errno.h>

#include "overlay.h"
#include "whiteout.h"

int
overlay_whiteout(const char *path)
{
	/*
	 * A device of a kind that stat(1) has shown you.  Which number does
	 * it have, and why is this the one that anybody may make?
	 */
	(void)path;
	errno = ENOSYS;
	return -1;
}

bool
overlay_is_whiteout(const char *path)
{
	/* Not every device is one.  And path may be a symbolic link. */
	(void)path;
	return false;
}

int
overlay_set_opaque(const char *dir)
{
	/*
	 * The attribute has two names, and which of them the kernel obeys
	 * depends on where we are: overlay_userxattr().
	 */
	(void)dir;
	errno = ENOSYS;
	return -1;
}

bool
overlay_is_opaque(const char *dir)
{
	/* The value counts, not that there is one.  It has no NUL. */
	(void)dir;
	return false;
}

int
overlay_drop_marks(const char *path)
{
	/*
	 * The kernel lists all names at once, one behind the other, each with
	 * a NUL: read the end of listxattr(2).  Remove only overlayfs's own,
	 * and of those all.  A file system without attributes is no failure.
	 */
	(void)path;
	errno = ENOSYS;
	return -1;
}
