/*
 * volume_fill.c - what a new volume holds.
 *
 * An image may have files where a volume will cover them: a data base that is
 * ready to start with.  The first box to use the volume gives it a copy, unless
 * somebody has put files there before.
 *
 * Beside the data there are two marks: "fresh" until a box has used the volume,
 * and "filling" while it is given the copy.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "flatten.h"
#include "inside.h"
#include "run.h"
#include "volume_fill.h"

/* Remove what is in path, and not path itself, which is mounted already. */
static void
make_empty(const char *path)
{
	const struct dirent *entry;
	char below[PATH_MAX];
	DIR *dir = opendir(path);

	if (dir == NULL)
		err(EXIT_OWN, "%s", path);
	while ((entry = readdir(dir)) != NULL) {
		file_path(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    file_remove_tree(below) == -1)
			err(EXIT_OWN, "%s", below);
	}
	closedir(dir);
}

static bool
is_empty(const char *path)
{
	int n = 0;
	DIR *dir = opendir(path);

	if (dir == NULL)
		err(EXIT_OWN, "%s", path);
	while (n < 3 && readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n == 2; /* "." and ".." */
}

/* What the image has at target, if it is a directory, becomes data's. */
static void
copy(int root, const char *target, const char *data)
{
	char name[INSIDE_PATH];
	struct stat st;
	int from = inside_follow(root, target);

	if (from == -1) {
		if (errno != ENOENT)
			err(EXIT_OWN, "volume on %s", target);
		return;
	}
	if (fstat(from, &st) == -1)
		err(EXIT_OWN, "volume on %s", target);
	if (S_ISDIR(st.st_mode)) {
		explain("overlay_flatten");
		overlay_flatten(inside_name(name, from), data);
	}
	close(from);
}

/*
 * In a child, which has the owners of the box: what the host's root would
 * create on a mount that shifts them would belong to nobody.
 */
static void
fill(int root, const char *path, const struct volume *volume,
    const struct remap *remap, bool again)
{
	char data[INSIDE_PATH + 2];
	pid_t pid = remap->on ? fork() : 0;

	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid > 0) {
		if (run_wait(pid) != 0)
			exit(EXIT_OWN); /* it has said why */
		return;
	}
	remap_enter(remap, path);

	/* The directory, not the link that leads to it. */
	snprintf(data, sizeof(data), "/proc/self/fd/%d/.", volume->tree);
	if (again)
		make_empty(data);
	if (!volume->no_copy)
		copy(root, volume->target, data);
	if (remap->on)
		_exit(0);
}

/* dir: the volume's, which nobody else has locked now. */
static void
use_first(int dir, int root, const char *path, const struct volume *volume,
    const struct remap *remap)
{
	bool again = faccessat(dir, "filling", F_OK, 0) == 0;
	int mark;

	if (again || is_empty(volume->source)) {
		mark = openat(
		    dir, "filling", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (mark == -1)
			err(EXIT_OWN, "volume %s", volume->name);
		close(mark);
		fill(root, path, volume, remap, again);
		if (unlinkat(dir, "filling", 0) == -1)
			err(EXIT_OWN, "volume %s", volume->name);
	}
	if (unlinkat(dir, "fresh", 0) == -1)
		err(EXIT_OWN, "volume %s", volume->name);
}

void
volume_fill(int root, const char *path, const struct volume *volume,
    const struct remap *remap)
{
	char dir[PATH_MAX];
	int lock;

	if (volume->name == NULL)
		return;
	file_path(dir, sizeof(dir), "%s", volume->source);
	*strrchr(dir, '/') = '\0';
	lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock == -1)
		err(EXIT_OWN, "volume %s", volume->name);
	if (faccessat(lock, "fresh", F_OK, 0) == 0) {
		if (flock(lock, LOCK_EX) == -1)
			err(EXIT_OWN, "volume %s", volume->name);
		/* Once more: now that nobody else is at it. */
		if (faccessat(lock, "fresh", F_OK, 0) == 0)
			use_first(lock, root, path, volume, remap);
	}
	close(lock);
}
