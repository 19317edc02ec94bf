/*
 * netns_name.c - a network namespace kept under a name.
 *
 * A namespace lives as long as something refers to it: a process in it, a
 * descriptor on it, or a mount of its file in /proc.  A name is such a mount,
 * in the directory where ip-netns(8) looks.
 *
 * Read: namespaces(7), mount(2), mount_namespaces(7), ip-netns(8).
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

#define DIRECTORY "/run/netns"
#define PATH_SIZE (sizeof(DIRECTORY "/") + NAME_MAX)

/* The path of a name; -1 if it would lead anywhere but into DIRECTORY. */
static int
name_path(char path[PATH_SIZE], const char *name)
{
	if (*name == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	if (strlen(name) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(path, PATH_SIZE, DIRECTORY "/%s", name);
	return 0;
}

/*
 * Make DIRECTORY a shared mount, so that what is mounted in it appears also
 * in the mount namespaces copied from this one.  Only a mount point can be
 * shared: EINVAL says that it is none yet, so bind it onto itself.
 */
static int
share_directory(void)
{
	if (mount(NULL, DIRECTORY, NULL, MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (errno != EINVAL ||
	    mount(DIRECTORY, DIRECTORY, NULL, MS_BIND | MS_REC, NULL) == -1)
		return -1;
	return mount(NULL, DIRECTORY, NULL, MS_SHARED | MS_REC, NULL);
}

static int
prepare_directory(void)
{
	int lock, result, saved;

	if (mkdir(DIRECTORY, 0755) == -1 && errno != EEXIST)
		return -1;

	/* Two at once would each bind it, and one hide the other's names. */
	lock = open(DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock == -1)
		return -1;
	result = flock(lock, LOCK_EX) == -1 ? -1 : share_directory();
	saved = errno;
	close(lock);
	errno = saved;
	return result;
}

/* DOC: netns_save */
int
netns_save(const char *name)
{
	char path[PATH_SIZE];
	int fd, saved;

	if (name_path(path, name) == -1 || prepare_directory() == -1)
		return -1;

	/* A mount needs something to be mounted on: an empty file will do. */
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	close(fd);

	/* It is the mount that keeps the namespace, not the file. */
	if (mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) == -1) {
		saved = errno;
		unlink(path);
		errno = saved;
		return -1;
	}
	return 0;
}

/* DOC: netns_remove */
int
netns_remove(const char *name)
{
	char path[PATH_SIZE];

	if (name_path(path, name) == -1)
		return -1;

	/*
	 * Detach: somebody may have it open.  EINVAL says that nothing is
	 * mounted: the empty file of a name half made, to be removed as well.
	 */
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == -1 &&
	    errno != EINVAL)
		return -1;
	return unlink(path);
}
