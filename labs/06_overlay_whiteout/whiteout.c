/*
 * whiteout.c - deleting what one cannot write.
 *
 * A lower layer never changes, so deleting is adding: the upper layer gets a
 * mark that stops the look-up.  For one name it is a whiteout, a character
 * device with number 0:0, which no driver serves.  For a whole directory, made
 * again after rm -r, it is the extended attribute "opaque".
 *
 * Read: mknod(2), xattr(7), setxattr(2), user_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "overlay.h"
#include "whiteout.h"

/* The kernel reads one of the two and takes the other for a user's data. */
static const char *
opaque_name(void)
{
	return overlay_userxattr() ? "user.overlay.opaque"
				   : "trusted.overlay.opaque";
}

/* DOC: overlay_whiteout */
int
overlay_whiteout(const char *path)
{
	/* The one device that needs no CAP_MKNOD: it opens nothing. */
	return mknod(path, S_IFCHR | 0000, makedev(0, 0));
}

/* DOC: overlay_is_whiteout */
bool
overlay_is_whiteout(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(0, 0);
}

/* DOC: overlay_set_opaque */
int
overlay_set_opaque(const char *dir)
{
	return lsetxattr(dir, opaque_name(), "y", 1, 0);
}

/* DOC: overlay_is_opaque */
bool
overlay_is_opaque(const char *dir)
{
	char value[1];

	/* Any other value, such as "x" of Linux 6.7, means something else. */
	return lgetxattr(dir, opaque_name(), value, sizeof(value)) == 1 &&
	    value[0] == 'y';
}
