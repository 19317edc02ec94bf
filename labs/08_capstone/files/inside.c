/*
 * inside.c - reach a path inside a root directory, and never leave it.
 *
 * An image may hold "data -> ../../../etc".  To check the path first and to
 * mount on it afterwards would leave a gap between the two, so the kernel
 * walks the path once, with the rule given along.  See openat2(2).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/openat2.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "inside.h"

enum {
	LINKS = 40, /* to follow, as many as the kernel does */
	MOST_TRIES = 1000,
};

static int
walk(int root, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_PATH | O_CLOEXEC,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};

	int fd, tries = 0;

	/*
	 * If anybody on this host mounts or renames something just then, the
	 * kernel cannot tell whether a ".." led outside, and has us ask again.
	 */
	path += strspn(path, "/");
	do
		fd = (int)syscall(SYS_openat2, root,
		    path[0] == '\0' ? "." : path, &how, sizeof(how));
	while (fd == -1 && errno == EAGAIN && ++tries < MOST_TRIES);
	return fd;
}

int
inside_exact(int root, const char *path)
{
	return walk(root, path, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

int
inside_follow(int root, const char *path)
{
	return walk(root, path, 0, RESOLVE_IN_ROOT);
}

/* The directory that the last component of path is in, and that one's name. */
static int
open_parent(
    int root, const char *path, char parent[PATH_MAX], const char **name)
{
	char *slash;

	file_path(parent, PATH_MAX, "/%s", path + strspn(path, "/"));
	slash = strrchr(parent, '/');
	*slash = '\0';
	*name = slash + 1;
	return walk(root, parent, O_DIRECTORY, RESOLVE_IN_ROOT);
}

/* Make the last component of path, whose parent must exist. */
static int
make_last(int root, const char *path, bool directory)
{
	char parent[PATH_MAX];
	const char *name;
	int dir = open_parent(root, path, parent, &name), fd, result;

	if (dir == -1)
		return -1;
	if (directory) {
		result = mkdirat(dir, name, 0755);
	} else {
		fd = openat(dir, name,
		    O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
		result = fd == -1 ? -1 : close(fd);
	}
	close(dir);
	return result;
}

static int make(int root, const char *path, bool directory, int links);

/* A link to what is not there, as /var/lock may be to /run/lock: make that. */
static int
make_target(int root, const char *path, bool directory, int links)
{
	char parent[PATH_MAX], target[PATH_MAX], joined[PATH_MAX];
	const char *name;
	int dir = open_parent(root, path, parent, &name), fd;
	ssize_t n;

	if (dir == -1)
		return -1;
	n = readlinkat(dir, name, target, sizeof(target) - 1);
	close(dir);
	if (n == -1)
		return errno == EINVAL ? 0 : -1; /* by now it is there */
	target[n] = '\0';
	file_path(joined, sizeof(joined), "%s/%s",
	    target[0] == '/' ? "" : parent, target);
	fd = make(root, joined, directory, links - 1);
	return fd == -1 ? -1 : close(fd);
}

/* Make one component, unless it is there. */
static int
make_one(int root, const char *path, bool directory, int links)
{
	int fd = inside_follow(root, path);

	if (fd != -1)
		return close(fd);
	if (errno != ENOENT)
		return -1;
	if (make_last(root, path, directory) == 0)
		return 0;
	if (errno != EEXIST || links == 0)
		return -1;
	return make_target(root, path, directory, links);
}

static int
make(int root, const char *path, bool directory, int links)
{
	char prefix[PATH_MAX];
	bool last;
	int fd;

	fd = inside_follow(root, path);
	if (fd != -1 || errno != ENOENT)
		return fd;
	file_path(prefix, sizeof(prefix), "%s", path);
	for (char *end = prefix + 1; end != NULL; end = last ? NULL : end + 1) {
		end = strchrnul(end, '/');
		last = *end == '\0' || end[strspn(end, "/")] == '\0';
		*end = '\0';
		if (make_one(root, prefix, directory || !last, links) == -1)
			return -1;
		if (!last)
			*end = '/';
	}
	return inside_follow(root, path);
}

int
inside_make(int root, const char *path, bool directory)
{
	return make(root, path, directory, 0);
}

int
inside_reach(int root, const char *path, bool directory)
{
	return make(root, path, directory, LINKS);
}

const char *
inside_name(char name[INSIDE_PATH], int fd)
{
	snprintf(name, INSIDE_PATH, "/proc/self/fd/%d", fd);
	return name;
}
