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
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "nsid.h"
#include "overlay.h"

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
 * Append "key" and the name of dir.  With fd, a short name for it: the link in
 * /proc to a descriptor, which is left open in *fd.
 */
static void
put_dir(FILE *f, const char *key, const char *dir, int *fd)
{
	fputs(key, f);
	if (fd != NULL) {
		*fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (*fd == -1)
			err(EXIT_OWN, "%s", dir);
		fprintf(f, "/proc/self/fd/%d", *fd);
		return;
	}
	for (; *dir != '\0'; dir++) {
		/* ',' ends an option and ':' a layer, unless escaped. */
		if (strchr(",:\\", *dir) != NULL)
			putc('\\', f);
		putc(*dir, f);
	}
}

/* The text for mount(2); fd is NULL or has room for n + 2 descriptors. */
static char *
make_options(const char *const lowers[], size_t n, const char *upper,
    const char *work, int *fd)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	for (size_t i = 0; i < n; i++)
		put_dir(f, i == 0 ? "lowerdir=" : ":", lowers[i],
		    fd == NULL ? NULL : &fd[i]);
	if (upper != NULL) {
		put_dir(f, ",upperdir=", upper, fd == NULL ? NULL : &fd[n]);
		put_dir(f, ",workdir=", work, fd == NULL ? NULL : &fd[n + 1]);
	}

	/* Keep layers plain files: no pointers into the layers below. */
	fputs(",index=off,redirect_dir=nofollow", f);

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
    const char *upper, const char *work)
{
	char *options = make_options(lowers, n, upper, work, NULL);
	int *fd = NULL;

	if (upper == NULL && n < 2)
		errx(EXIT_OWN,
		    "overlay on %s: a single layer and no upper "
		    "directory (use a bind mount, or add an empty layer)",
		    target);
	if (strlen(options) >= OPTIONS_MAX) {
		free(options);
		fd = calloc(n + 2, sizeof(*fd));
		if (fd == NULL)
			err(EXIT_OWN, "calloc");
		options = make_options(lowers, n, upper, work, fd);
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
