/*
 * copy.c - one file, with all that it has besides its contents.
 *
 * Read: sendfile(2), mknod(2), listxattr(2), utimensat(2), capabilities(7).
 */

#define _GNU_SOURCE
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <linux/limits.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "exit.h"

static void
copy_contents(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n;

	if (in == -1 || out == -1)
		err(EXIT_OWN, "%s", in == -1 ? from : to);
	do
		n = sendfile(out, in, NULL, 1 << 30);
	while (n > 0);
	if (n == -1 || close(out) == -1)
		err(EXIT_OWN, "%s", to);
	close(in);
}

static void
copy_xattrs(const char *from, const char *to)
{
	char names[XATTR_LIST_MAX], value[XATTR_SIZE_MAX];
	ssize_t n = llistxattr(from, names, sizeof(names)), size;

	if (n == -1 && errno != ENOTSUP)
		err(EXIT_OWN, "listxattr: %s", from);
	for (char *name = names; name < names + n; name += strlen(name) + 1) {
		if (strcmp(name, "security.selinux") == 0)
			continue;
		size = lgetxattr(from, name, value, sizeof(value));
		if (size == -1 ||
		    lsetxattr(to, name, value, (size_t)size, 0) == -1)
			err(EXIT_OWN, "%s: attribute %s", to, name);
	}
}

void
copy_attributes(const char *from, const struct stat *st, const char *to)
{
	const struct timespec times[] = { st->st_atim, st->st_mtim };

	/* The owner first: a new one clears set-uid bits and capabilities. */
	if (lchown(to, st->st_uid, st->st_gid) == -1)
		err(EXIT_OWN, "chown: %s to %u:%u", to, st->st_uid, st->st_gid);
	if (!S_ISLNK(st->st_mode) && chmod(to, st->st_mode & 07777) == -1)
		err(EXIT_OWN, "chmod: %s", to);
	copy_xattrs(from, to);
	if (utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) == -1)
		err(EXIT_OWN, "utimensat: %s", to);
}

void
copy_file(const char *from, const struct stat *st, const char *to)
{
	char target[PATH_MAX] = "";

	if (S_ISREG(st->st_mode)) {
		copy_contents(from, to);
	} else if (S_ISLNK(st->st_mode)) {
		if (readlink(from, target, sizeof(target) - 1) == -1 ||
		    symlink(target, to) == -1)
			err(EXIT_OWN, "%s", to);
	} else if (mknod(to, st->st_mode & S_IFMT, st->st_rdev) == -1) {
		err(EXIT_OWN, "mknod: %s", to);
	}
	copy_attributes(from, st, to);
}
