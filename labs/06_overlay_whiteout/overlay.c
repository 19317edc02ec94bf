/*
 * overlay.c - many directories seen as one.
 *
 * overlayfs looks a name up in the upper directory and then in each lower one,
 * from the top; the first to have it wins, and directories are merged.  Only
 * upper is ever written to: the first write to a lower file copies the whole
 * file up.  The copy grows in the work directory, from where rename(2) moves it
 * into place, complete: so work and upper must be on one file system.
 *
 * Read: mount(2), proc(5), user_namespaces(7), xattr(7), and in the kernel's
 * documentation filesystems/overlayfs.rst.
 */

#define _GNU_SOURCE
#include <sys/mount.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "nsid.h"
#include "overlay.h"
#include "overlay_name.h"

/* mount(2) takes one page of options, and silently drops what is beyond. */
#define OPTIONS_MAX 4096

/* The first user namespace has the same inode on every machine. */
#define FIRST_USERNS 0xEFFFFFFDu

/* DOC: overlay_userxattr */
bool
overlay_userxattr(void)
{
	/* Attributes named trusted.* are for root of the first one alone. */
	return ns_id(0, "user") != FIRST_USERNS;
}

/*
 * The text for mount(2), in short names if fd is not NULL: then it has room
 * for n + 2 descriptors.
 */
static char *
make_options(const char *const lowers[], size_t n, const char *upper,
    const char *work, bool scratch, int *fd)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	for (size_t i = 0; i < n; i++)
		fd = overlay_put_name(
		    f, i == 0 ? "lowerdir=" : ":", lowers[i], fd);
	if (upper != NULL) {
		fd = overlay_put_name(f, ",upperdir=", upper, fd);
		overlay_put_name(f, ",workdir=", work, fd);
	}

	/* Keep layers plain files: no pointers into the layers below. */
	fputs(",index=off,redirect_dir=nofollow", f);

	/* Else the last unmount waits until the whole disk is in order. */
	if (scratch)
		fputs(",volatile", f);

	/* Without it the mount succeeds, and rmdir(2) fails with EIO later. */
	if (overlay_userxattr())
		fputs(",userxattr", f);
	if (fclose(f) == EOF)
		err(EXIT_OWN, "overlay options");
	return text;
}

static const char *
advice(int error, const char *upper)
{
	if (error == ENODEV)
		return "no overlayfs in this kernel: modprobe overlay";
	if (error == EPERM && overlay_userxattr())
		return "in a user namespace this needs Linux 5.11";
	if (error == ELOOP)
		return "one of the directories is given twice";
	if (error == EINVAL && upper != NULL)
		return "upper and work directory must be on one file system, "
		       "and not on an overlay or NFS";
	return "are all of them directories?";
}

/* DOC: overlay_mount */
void
overlay_mount(const char *target, const char *const lowers[], size_t n,
    const char *upper, const char *work, bool scratch)
{
	char *options;
	int *fd = NULL;

	if (upper == NULL && n < 2)
		errx(EXIT_OWN,
		    "overlay on %s: a single layer and no upper "
		    "directory (use a bind mount, or add an empty layer)",
		    target);
	options = make_options(lowers, n, upper, work, scratch, NULL);
	if (strlen(options) >= OPTIONS_MAX) {
		/* Once more, with short names. */
		free(options);
		fd = calloc(n + 2, sizeof(*fd));
		if (fd == NULL)
			err(EXIT_OWN, "calloc");
		options = make_options(lowers, n, upper, work, scratch, fd);
		if (strlen(options) >= OPTIONS_MAX)
			errx(EXIT_OWN, "overlay of %zu layers: too many", n);
	}
	if (mount("overlay", target, "overlay", 0, options) == -1)
		err(EXIT_OWN, "mount: overlay on %s (%s)", target,
		    advice(errno, upper));

	/* The mount holds the directories: nobody needs our descriptors. */
	for (size_t i = 0; fd != NULL && i < (upper != NULL ? n + 2 : n); i++)
		close(fd[i]);
	free(fd);
	free(options);
}
