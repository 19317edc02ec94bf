/*
 * join.c - into a group.
 *
 * A process is in one group of each hierarchy, and its children are born
 * there.  It changes group when its number is written to a file of the new
 * one.  So a box is complete if its first process joins before it runs the
 * command: whoever is moved later has children elsewhere, and memory charged
 * to its old group.
 *
 * Read: cgroups(7), clone(2) about CLONE_INTO_CGROUP.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "cgroup.h"
#include "file.h"
#include "hierarchy.h"

/* DOC: cgroup_open */
int
cgroup_open(const char *name)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	char path[PATH_MAX];

	/* Being born in one tree is no use if others must be joined. */
	if (count != 1 || all[0].version != 2) {
		errno = ENOTSUP;
		return -1;
	}
	file_path(path, sizeof(path), "%s/%s", all[0].parent, name);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* DOC: cgroup_add */
int
cgroup_add(const char *name, pid_t pid)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	char path[PATH_MAX], text[16];
	bool joined = false;

	/*
	 * v1's cgroup.procs moves all threads of a process, for which the
	 * kernel must first stop every fork and exit on the machine: 6 to 14
	 * ms when nobody did so just before.  v1's tasks moves one thread, and
	 * one that moves itself needs no such lock: 0.3 ms.
	 */
	snprintf(text, sizeof(text), "%d", pid);
	for (size_t i = 0; i < count; i++) {
		file_path(path, sizeof(path), "%s/%s/%s", all[i].parent, name,
		    pid == 0 && all[i].version == 1 ? "tasks" : "cgroup.procs");
		if (file_write(path, text) == 0)
			joined = true;
		else if (errno != ENOENT)
			return -1;
	}

	/* The group need not be in every hierarchy, but somewhere it must. */
	errno = ENOENT;
	return joined ? 0 : -1;
}
