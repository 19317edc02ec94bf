/* attributes_get.c - what attributes.c does, the other way round. */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/xattr.h>

#include <linux/limits.h>

#include <errno.h>
#include <string.h>

#include "attributes.h"

static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* 0, or -1 with errno. */
static int
get_xattr(int fd, const char *name, const char *key, struct archive_entry *to)
{
	static char value[XATTR_SIZE_MAX];
	ssize_t n;

	/* The marks are overlayfs's, and a label goes with the place. */
	if (begins(key, "trusted.overlay.") || begins(key, "user.overlay.") ||
	    strcmp(key, "security.selinux") == 0)
		return 0;
	n = fd != -1 ? fgetxattr(fd, key, value, sizeof(value))
		     : lgetxattr(name, key, value, sizeof(value));
	if (n == -1)
		return errno == ENODATA ? 0 : -1;
	archive_entry_xattr_add_entry(to, key, value, (size_t)n);
	return 0;
}

int
attributes_get(
    int fd, const char *name, const struct stat *st, struct archive_entry *to)
{
	char keys[XATTR_LIST_MAX];
	ssize_t n;

	archive_entry_set_filetype(to, st->st_mode & S_IFMT);
	archive_entry_set_perm(to, st->st_mode & 07777);
	archive_entry_set_uid(to, st->st_uid);
	archive_entry_set_gid(to, st->st_gid);

	/* As others do, to the second, which needs no extended header. */
	archive_entry_set_mtime(to, st->st_mtim.tv_sec, 0);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		archive_entry_set_rdev(to, st->st_rdev);
	n = fd != -1 ? flistxattr(fd, keys, sizeof(keys))
		     : llistxattr(name, keys, sizeof(keys));
	if (n == -1)
		return errno == ENOTSUP ? 0 : -1;
	for (const char *key = keys; key < keys + n; key += strlen(key) + 1)
		if (get_xattr(fd, name, key, to) == -1)
			return -1;
	return 0;
}
