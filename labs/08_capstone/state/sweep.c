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
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "own_group.h"
#include "network.h"
#include "process.h"
#include "remap.h"
#include "state.h"
#include "sweep.h"
#include "volume_store.h"

enum {
	SPARE = 8, /* descriptors; a burial takes up to five */
	LOST = 255, /* the status of what ran when the host stopped */
	PATIENCE = 10000, /* milliseconds that KILL may take */
};

/*
 * What its owner wanted in that case: the first word of its text.  A host that
 * stopped may have lost the text, and what is in doubt is kept.
 */
static enum state_fate
read_fate(const char *text)
{
	char word[8] = "";

	sscanf(text, "%7s", word);
	if (strcmp(word, "rm-v") == 0)
		return STATE_REMOVE_ALL;
	return strcmp(word, "rm") == 0 ? STATE_REMOVE : STATE_KEEP;
}

/* Its process 1 too, which may have lost the wish to die with its owner. */
static void
end_processes(const struct state *dead)
{
	int fd = process_open(dead->facts.pid, dead->facts.pid_start);

	if (fd != -1)
		process_signal(fd, SIGKILL);
	cgroup_kill(dead->cgroup); /* which wakes them, if they are frozen */
	if (fd != -1) {
		process_wait(fd, PATIENCE);
		close(fd);
	}
}

/*
 * End what may be left of a dead box, and find its exit status.  What a host
 * that stopped would have said of it nobody knows: 255, as docker has it.
 */
static int
end_all(const struct state *dead, const char *text)
{
	int status = EXIT_SIGNAL + 9;
	const char *said;
	char boot[40];

	facts_boot(boot, sizeof(boot));
	if (dead->facts.boot[0] != '\0' && strcmp(dead->facts.boot, boot) != 0)
		status = LOST;
	else
		end_processes(dead);
	if (cgroup_remove(dead->cgroup) == -1)
		own_group_clear(dead->cgroup);

	/* Its supervisor may have come as far as that. */
	said = strstr(text, "exit ");
	if (said != NULL)
		sscanf(said, "exit %d", &status);
	return status;
}

/*
 * Restore the state of a dead box, as far as disk can tell, and release it.  Of
 * one that has not come to have a process there is nothing to keep; one whose
 * facts are there and cannot be read is left as it is.
 */
static void
bury(const char *home, const char *id, int lock)
{
	struct state dead = STATE_NONE;
	char text[128];
	ssize_t n;
	enum state_fate fate = STATE_REMOVE_ALL;
	int status;

	strlcpy(dead.home, home, sizeof(dead.home));
	strlcpy(dead.id, id, sizeof(dead.id));
	dead.lock = lock;
	file_path(dead.dir, sizeof(dead.dir), "%s/containers/%s", home, id);
	file_path(dead.cgroup, sizeof(dead.cgroup), "boxlab-%s", id);
	strlcpy(dead.name, id, sizeof(dead.name));
	n = pread(lock, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	if (facts_read(dead.dir, &dead.facts) == 0) {
		strlcpy(dead.name, dead.facts.name, sizeof(dead.name));
		fate = read_fate(text);
	} else if (errno != ENOENT && errno != ENODATA) {
		warn("%s/facts", dead.dir);
		close(lock);
		return;
	} else if (read_fate(text) == STATE_REMOVE) {
		fate = STATE_REMOVE; /* by "box rm", which had begun */
	}
	status = end_all(&dead, text);
	network_forget(home, id);
	if (fate != STATE_KEEP)
		remap_forget(home, id);
	if (fate == STATE_REMOVE_ALL)
		volume_forget(home, id);
	if (fate == STATE_KEEP && strcmp(dead.facts.phase, "exited") == 0)
		state_return(&dead); /* it had ended before, and it is said */
	else
		state_bury(&dead, fate == STATE_KEEP, status);
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

static DIR *
open_running(const char *home)
{
	char dir[PATH_MAX];

	file_path(dir, sizeof(dir), "%s/running", home);
	return opendir(dir);
}

/*
 * The next box that is marked as running and whose lock, of that kind, can be
 * had: its owner is dead.  A descriptor, locked; -1 at the end.
 */
static int
next_dead(DIR *d, int flags, int kind, char id[STATE_ID_SIZE])
{
	const struct dirent *entry;
	int lock;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (strlcpy(id, entry->d_name, STATE_ID_SIZE) !=
		    STATE_ID_SIZE - 1)
			continue;
		lock = openat(dirfd(d), id, flags | O_CLOEXEC);
		if (lock == -1)
			continue;
		if (flock(lock, kind | LOCK_NB) == 0)
			return lock;
		close(lock);
	}
	return -1;
}

bool
sweep_needed(const char *home)
{
	char id[STATE_ID_SIZE];
	DIR *d = open_running(home);
	/* Shared: two who look do not take each other for the owner. */
	int lock = next_dead(d, O_RDONLY, LOCK_SH, id);

	if (lock != -1)
		close(lock);
	if (d != NULL)
		closedir(d);
	return lock != -1;
}

void
sweep(const char *home, bool wait)
{
	char id[STATE_ID_SIZE];
	int lock;
	DIR *d;

	if (!may_open_more())
		return;
	d = open_running(home);
	if (d == NULL)
		return;

	/* Whoever makes a container holds this lock shared: see state.c. */
	if (flock(dirfd(d), LOCK_EX | (wait ? 0 : LOCK_NB)) == 0)
		while (
		    (lock = next_dead(d, O_RDWR | O_APPEND, LOCK_EX, id)) != -1)
			bury(home, id, lock);
	closedir(d);
}
