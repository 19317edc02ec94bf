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
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "inside.h"

static int
walk(int root, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_PATH | O_CLOEXEC,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};

	path += strspn(path, "/");
	return (int)syscall(
	    SYS_openat2, root, path[0] == '\0' ? "." : path, &how, sizeof(how));
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

/* Make the last component of path, whose parent must exist. */
static int
make_last(int root, const char *path, bool directory)
{
	char parent[PATH_MAX];
	char *slash;
	int dir, fd, result;

	file_path(parent, sizeof(parent), "/%s", path + strspn(path, "/"));
	slash = strrchr(parent, '/');
	*slash = '\0';
	dir = walk(root, parent, O_DIRECTORY, RESOLVE_IN_ROOT);
	if (dir == -1)
		return -1;
	if (directory) {
		result = mkdirat(dir, slash + 1, 0755);
	} else {
		fd = openat(dir, slash + 1,
		    O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
		result = fd == -1 ? -1 : close(fd);
	}
	close(dir);
	return result;
}

int
inside_make(int root, const char *path, bool directory)
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
		fd = inside_follow(root, prefix);
		if (fd == -1 &&
		    (errno != ENOENT ||
			make_last(root, prefix, directory || !last) == -1))
			return -1;
		if (fd != -1)
			close(fd);
		if (!last)
			*end = '/';
	}
	return inside_follow(root, path);
}

const char *
inside_name(char name[INSIDE_PATH], int fd)
{
	snprintf(name, INSIDE_PATH, "/proc/self/fd/%d", fd);
	return name;
}
