/*
 * attributes.c - owner, mode, extended attributes and times of a file.
 *
 * The order matters: a change of the owner clears the set-uid bit and file
 * capabilities, and every change the time.  Read: chown(2), xattr(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/xattr.h>

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "attributes.h"

/* 0; 1 when there is no such id in this user namespace; -1 with errno. */
static int
set_owner(int fd, int dir, const char *name, struct archive_entry *entry)
{
	int64_t uid = archive_entry_uid(entry), gid = archive_entry_gid(entry);
	int result;

	/* The last number means "leave it as it is" to the kernel. */
	if (uid < 0 || gid < 0 || uid >= UINT32_MAX || gid >= UINT32_MAX) {
		errno = ERANGE;
		return -1;
	}
	result = fd != -1
	    ? fchown(fd, (uid_t)uid, (gid_t)gid)
	    : fchownat(dir, name, (uid_t)uid, (gid_t)gid, AT_SYMLINK_NOFOLLOW);
	return result == -1 && errno == EINVAL ? 1 : result;
}

static int
set_mode(int fd, int dir, const char *name, mode_t mode)
{
	return fd != -1 ? fchmod(fd, mode) : fchmodat(dir, name, mode, 0);
}

static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* 0, 1 or -1, as attributes_set() in the header. */
static int
set_xattr(struct losses *losses, int fd, const char *name, const char *key,
    const void *value, size_t size)
{
	int result;

	if (begins(key, "trusted.overlay.") || begins(key, "user.overlay."))
		return 1;

	/* A label goes with the place, not with the file. */
	if (strcmp(key, "security.selinux") == 0)
		return 0;
	result = fd != -1 ? fsetxattr(fd, key, value, size, 0)
			  : lsetxattr(name, key, value, size, 0);
	if (result == -1 && (errno == ENOTSUP || errno == EPERM)) {
		losses->attribute = true;
		return 0;
	}
	return result;
}

static int
set_xattrs(struct losses *losses, int fd, int dir, const char *name,
    struct archive_entry *entry)
{
	const char *key;
	const void *value;
	size_t size;
	int result = 0;

	if (archive_entry_xattr_reset(entry) == 0)
		return 0;

	/* There is no call that takes a directory and a name. */
	if (fd == -1 && fchdir(dir) == -1)
		return -1;
	while (result == 0 &&
	    archive_entry_xattr_next(entry, &key, &value, &size) == ARCHIVE_OK)
		if (key != NULL)
			result = set_xattr(losses, fd, name, key, value, size);
	return result;
}

void
attributes_times(struct archive_entry *entry, struct timespec times[2])
{
	times[0].tv_sec = times[1].tv_sec = archive_entry_mtime(entry);
	times[0].tv_nsec = times[1].tv_nsec = archive_entry_mtime_nsec(entry);
	if (archive_entry_atime_is_set(entry)) {
		times[0].tv_sec = archive_entry_atime(entry);
		times[0].tv_nsec = archive_entry_atime_nsec(entry);
	}
}

int
attributes_set(struct losses *losses, int fd, int dir, const char *name,
    struct archive_entry *entry)
{
	mode_t type = archive_entry_filetype(entry);
	mode_t mode = archive_entry_perm(entry) & 07777;
	struct timespec times[2];
	int result = set_owner(fd, dir, name, entry);

	if (result == -1)
		return -1;
	if (result == 1) {
		losses->owner = true;
		if (type != AE_IFDIR)
			mode &= ~(mode_t)(S_ISUID | S_ISGID);
	}

	/* A file was made with its mode but for these, which chown() clears. */
	if (type != AE_IFLNK && (fd == -1 || (mode & 07000) != 0) &&
	    set_mode(fd, dir, name, mode) == -1)
		return -1;
	result = set_xattrs(losses, fd, dir, name, entry);
	if (result != 0 || type == AE_IFDIR)
		return result;
	attributes_times(entry, times);
	return fd != -1 ? futimens(fd, times)
			: utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW);
}
