/*
 * whiteout.c - deleting what one cannot write.
 *
 * A lower layer never changes, so deleting is adding: the upper layer gets a
 * mark that stops the look-up.  For one name it is a whiteout, a character
 * device with number 0:0, which no driver serves.  For a whole directory, made
 * again after rm -r, it is the extended attribute "opaque".
 *
 * Read: mknod(2), xattr(7), setxattr(2), listxattr(2), user_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <linux/limits.h>

#include <errno.h>
#include <string.h>

#include "overlay.h"
#include "whiteout.h"

/* The kernel obeys one of the two, and takes the other for a user's data. */
static const char *
prefix(void)
{
	return overlay_userxattr() ? "user.overlay." : "trusted.overlay.";
}

static const char *
opaque(void)
{
	return overlay_userxattr() ? "user.overlay.opaque"
				   : "trusted.overlay.opaque";
}

/* DOC: overlay_whiteout */
int
overlay_whiteout(const char *path)
{
	/* The one device that needs no CAP_MKNOD: it opens nothing. */
	return mknod(path, S_IFCHR, makedev(0, 0));
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
	return lsetxattr(dir, opaque(), "y", 1, 0);
}

/* DOC: overlay_is_opaque */
bool
overlay_is_opaque(const char *dir)
{
	char value[1];

	/* Any other value, such as "x" of Linux 6.7, means something else. */
	return lgetxattr(dir, opaque(), value, sizeof(value)) == 1 &&
	    value[0] == 'y';
}

/* DOC: overlay_drop_marks */
int
overlay_drop_marks(const char *path)
{
	char names[XATTR_LIST_MAX];
	ssize_t n = llistxattr(path, names, sizeof(names));
	size_t size = strlen(prefix());

	if (n == -1)
		return errno == ENOTSUP ? 0 : -1;
	for (char *name = names; name < names + n; name += strlen(name) + 1)
		if (strncmp(name, prefix(), size) == 0 &&
		    lremovexattr(path, name) == -1)
			return -1;
	return 0;
}
