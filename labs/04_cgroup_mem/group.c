/*
 * group.c - the group of this run, and those of runs that died.
 *
 * Nothing in the kernel ties a group to a process.  So its owner holds a lock
 * on the group's directory, and the kernel drops the locks of the dead: a
 * group of this program that can be locked was left by a run that SIGKILL
 * ended.  No pid in the name could tell as surely, since pids are used again,
 * and mean nothing in another PID namespace.  See flock(2).
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "group.h"
#include "hierarchy.h"
#include "say.h"

#define PREFIX "boxlab-04-"
#define TRIES 20

static char ours[64]; /* our group, or "" */
static pid_t owner;

/* Say what stands in the way of making a group, and what to do about it. */
static _Noreturn void
refuse(int why)
{
	static const char *const files[] = { "", "/cgroup.procs",
		"/cgroup.subtree_control" };
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	char path[PATH_MAX];

	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < (all[i].version == 2 ? 3 : 1); j++) {
			file_path(path, sizeof(path), "%s%s", all[i].parent,
			    files[j]);
			if (eaccess(path, W_OK) == 0)
				continue;
			warn("%s", path);
			errx(EXIT_OWN,
			    "a plain user needs a delegated cgroup: %s; "
			    "or use root, or the virtual machine (make vm)",
			    all[i].version == 2
				? "try systemd-run --user --scope "
				  "-p Delegate=yes and this command"
				: "in cgroup v1 only root can delegate one");
		}
	errno = why;
	err(EXIT_OWN, "cgroup_create: %s%s", ours,
	    why == EPERM ? " (is another user's process in our own group, "
			   "which we cannot move aside?)"
			 : "");
}

/* Lock the directory of a group, in the first hierarchy; -1: somebody has. */
static int
lock_group(const char *name)
{
	const struct hierarchy *all;
	char path[PATH_MAX];
	int fd;

	hierarchy_all(&all);
	file_path(path, sizeof(path), "%s/%s", all[0].parent, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
sweep(void)
{
	const struct hierarchy *all;
	const struct dirent *entry;
	DIR *dir;
	int fd;

	if (hierarchy_all(&all) == 0 || (dir = opendir(all[0].parent)) == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		fd = lock_group(entry->d_name);
		if (fd == -1)
			continue;
		say(SAY_HOST, "sweeping %s: its owner is dead", entry->d_name);
		cgroup_kill(entry->d_name);
		cgroup_remove(entry->d_name);
		close(fd);
	}
	closedir(dir);
}

static void
release(void)
{
	/* Registered with atexit(3), which the children inherit. */
	if (getpid() != owner || ours[0] == '\0')
		return;
	cgroup_kill(ours);
	if (cgroup_remove(ours) == -1)
		warn("cgroup %s: left behind", ours);
}

const char *
group_make(void)
{
	int lock;

	if (cgroup_version("memory") == 0)
		errx(EXIT_OWN,
		    "no memory controller: none mounted in "
		    "/proc/self/mountinfo, or off at boot "
		    "(cgroup_enable=memory); the virtual machine has one "
		    "(make vm)");
	sweep();
	owner = getpid();
	if (atexit(release) != 0)
		errx(EXIT_OWN, "atexit");
	for (int tries = 1;; tries++) {
		file_path(
		    ours, sizeof(ours), PREFIX "%d-%08x", owner, arc4random());
		if (cgroup_create(ours, NULL) == -1) {
			/* Was it swept while we made it?  Once more. */
			if ((errno == ENOENT || errno == ENODEV) &&
			    tries < TRIES)
				continue;
			refuse(errno);
		}
		lock = lock_group(ours);
		if (lock != -1 && faccessat(lock, "cgroup.procs", F_OK, 0) == 0)
			break;

		/* Somebody swept it before we had it locked.  Once more. */
		close(lock);
		cgroup_remove(ours);
	}
	say(SAY_HOST, "made the group %s", ours);
	return ours;
}

void
group_limit(const char *group, uint64_t bytes)
{
	char text[24];

	/* Room for swap first: v1 wants the sum never below memory alone. */
	snprintf(text, sizeof(text), "%" PRIu64, UINT64_MAX);
	(void)cgroup_set(group, CGROUP_MEMORY_SWAP, text);
	if (cgroup_set_memory_max(group, bytes) == -1)
		err(EXIT_OWN, "memory limit of %s%s", group,
		    errno == ENOENT ? " (memory was not delegated)" : "");
	snprintf(text, sizeof(text), "%" PRIu64, bytes);
	if (cgroup_set(group, CGROUP_MEMORY_SWAP, text) == -1 &&
	    errno != ENOENT)
		err(EXIT_OWN, "swap limit of %s", group);
}

struct cgroup_memory
group_look(const char *group)
{
	struct cgroup_memory memory;

	if (cgroup_memory(group, &memory) == -1)
		err(EXIT_OWN, "cgroup_memory: %s", group);
	return memory;
}
