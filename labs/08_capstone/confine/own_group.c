/* own_group.c - the cgroup of a container, which others may know of. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "file.h"
#include "own_group.h"
#include "hierarchy.h"

enum {
	PATIENCE = 1000, /* milliseconds */
};

/* Remove a group that is in another one; called for the innermost first. */
static int
remove_inner(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	if (type == FTW_DP && ftw->level > 0)
		rmdir(path);
	return 0;
}

int
own_group_clear(const char *cgroup)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	char path[PATH_MAX];

	cgroup_kill(cgroup);
	for (size_t i = 0; i < count; i++) {
		file_path(path, sizeof(path), "%s/%s", all[i].parent, cgroup);
		nftw(path, remove_inner, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	}

	/*
	 * Who was joining, as an exec does, may have come just late enough to
	 * find no freezer, and so not be killed.  The box it was for is dead,
	 * so it goes by itself.
	 */
	for (int tries = 0; cgroup_remove(cgroup) == -1; tries++) {
		if (errno != EBUSY || tries == PATIENCE)
			return -1;
		poll(NULL, 0, 1);
	}
	return 0;
}

/* "0::/a/b/GROUP": does this line of /proc/PID/cgroup end in the group? */
static bool
names_group(const char *line, const char *cgroup)
{
	const char *last = strrchr(line, '/');

	return last != NULL && strcmp(last + 1, cgroup) == 0;
}

int
own_group_join(const char *cgroup, pid_t process1)
{
	char path[64], text[4096], procs[PATH_MAX], *next = text, *line;

	if (cgroup_add(cgroup, 0) == 0)
		return 0;
	if (errno != ENOENT && errno != ENODEV)
		return -1;

	/* It is not below the group that was delegated to us. */
	snprintf(path, sizeof(path), "/proc/%d/cgroup", process1);
	if (file_read(path, text, sizeof(text)) == -1)
		return -1;
	while ((line = strsep(&next, "\n")) != NULL) {
		if (!names_group(line, cgroup))
			continue;
		if (strncmp(line, "0::", 3) != 0) {
			errno = EACCES;
			return -1;
		}
		file_path(procs, sizeof(procs), "/sys/fs/cgroup%s/cgroup.procs",
		    line + 3);
		return file_write(procs, "0");
	}
	return 0;
}
