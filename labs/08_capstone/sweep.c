/*
 * sweep.c - clean up after boxes that could not do it themselves.
 *
 * SIGKILL leaves no time for manners.  But the kernel drops a dead process's
 * flock(2) locks, so a box that is marked as running and whose lock is free
 * is dead, and whoever comes next cleans up after it.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "network.h"
#include "remap.h"
#include "state.h"
#include "sweep.h"

enum {
	SPARE = 8
}; /* descriptors; a burial takes up to five */

/* Restore the state of a dead box, as far as disk can tell, and release it. */
static void
bury(const char *home, const char *id, int lock)
{
	struct state dead = { .lock = lock };
	char path[PATH_MAX], text[128], keep[5] = "";

	strlcpy(dead.home, home, sizeof(dead.home));
	strlcpy(dead.id, id, sizeof(dead.id));
	file_path(dead.dir, sizeof(dead.dir), "%s/containers/%s", home, id);
	file_path(dead.cgroup, sizeof(dead.cgroup), "boxlab-%s", id);
	strlcpy(dead.name, id, sizeof(dead.name));
	file_path(path, sizeof(path), "%s/running/%s", home, id);
	if (file_read(path, text, sizeof(text)) > 0)
		sscanf(text, "%64s %4s", dead.name, keep);

	cgroup_kill(dead.cgroup);
	cgroup_remove(dead.cgroup);
	remap_forget(home, id);
	network_forget(home, id);
	state_release(&dead, strcmp(keep, "keep") == 0, EXIT_SIGNAL + 9);
}

/*
 * Without descriptors to spare, what cannot be opened looks as if it were not
 * there, and would be forgotten.
 */
static bool
may_open_more(void)
{
	int fd[SPARE], n = 0;

	while (n < SPARE && (fd[n] = open("/", O_PATH | O_CLOEXEC)) != -1)
		n++;
	for (int i = 0; i < n; i++)
		close(fd[i]);
	return n == SPARE;
}

void
sweep(const char *home, bool wait)
{
	char dir[PATH_MAX];
	const struct dirent *entry;
	int fd, lock;
	DIR *d;

	if (!may_open_more())
		return;

	/* Whoever makes a container holds this lock shared: see state.c. */
	fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return;
	if (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) == -1) {
		close(fd);
		return;
	}
	file_path(dir, sizeof(dir), "%s/running", home);
	d = opendir(dir);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (strlen(entry->d_name) != STATE_ID_SIZE - 1)
			continue;
		lock = openat(dirfd(d), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (lock == -1)
			continue;
		if (flock(lock, LOCK_EX | LOCK_NB) == 0)
			bury(home, entry->d_name, lock);
		else
			close(lock);
	}
	if (d != NULL)
		closedir(d);
	close(fd);
}
