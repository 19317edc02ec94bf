/*
 * hierarchy.c - where the controllers are: v1, v2, or both at once.
 *
 * A hierarchy is a tree of groups, shown as a file system.  In v1 each
 * controller (memory, cpu, ...) has a tree of its own, or shares one with a
 * neighbour ("cpu,cpuacct").  In v2 all controllers share one tree.  A
 * controller is in one tree at a time, but a machine may run some in v1 and
 * others in v2: so the question is asked for each controller, never once for
 * the machine.
 *
 * Read: cgroups(7), proc(5) about /proc/self/mountinfo.
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delegate.h"
#include "file.h"
#include "hierarchy.h"

enum {
	MAX = 16
}; /* the kernel has 14 controllers */

/* Take in one line of /proc/self/mountinfo; false if it is of no use. */
static bool
parse_mount(const char *line, struct hierarchy *h)
{
	char root[PATH_MAX], top[PATH_MAX], path[PATH_MAX], type[16];
	unsigned int major, minor;
	const char *tail = strstr(line, " - cgroup");
	struct stat st;

	if (tail == NULL ||
	    sscanf(tail, " - %15s %*s %255s", type, h->controllers) != 2 ||
	    sscanf(line, "%*d %*d %u:%u %4095s %4095s", &major, &minor, root,
		top) != 4)
		return false;

	/* Another mount may cover this one: is it what the path shows? */
	h->dev = makedev(major, minor);
	if (stat(top, &st) == -1 || st.st_dev != h->dev)
		return false;

	/* v1 names its controllers in the mount, v2 in a file at the top. */
	h->version = strcmp(type, "cgroup2") == 0 ? 2 : 1;
	file_path(path, sizeof(path), "%s/cgroup.controllers", top);
	if (h->version == 2 &&
	    file_read(path, h->controllers, sizeof(h->controllers)) == -1)
		return false;
	delegate_parent(h, root, top);
	return true;
}

/* Drop what the course does not use, and what is mounted a second time. */
static size_t
keep_useful(struct hierarchy *list, size_t count)
{
	static const char *const used[] = { "memory", "cpu", "cpuacct",
		"cpuset", "pids", "freezer", "blkio", "io", "devices" };
	size_t kept = 0;
	bool v1_freezer = false, useful;

	for (size_t i = 0; i < count; i++)
		v1_freezer |= hierarchy_has(list[i].controllers, "freezer");
	for (size_t i = 0; i < count; i++) {
		/* v2 freezes without a controller, but only one tree can. */
		if (list[i].version == 2 && !v1_freezer)
			strlcat(list[i].controllers, " freezer",
			    sizeof(list[i].controllers));
		useful = false;
		for (size_t j = 0; j < sizeof(used) / sizeof(used[0]); j++)
			useful |= hierarchy_has(list[i].controllers, used[j]);
		for (size_t j = 0; j < kept; j++)
			useful &= list[j].dev != list[i].dev;
		if (useful && kept++ != i)
			list[kept - 1] = list[i];
	}
	return kept;
}

/* DOC: hierarchy_all */
size_t
hierarchy_all(const struct hierarchy **all)
{
	/*
	 * Kept for the life of the process: reading mountinfo costs more than
	 * making a group, and "our own group" must stay the one we began in.
	 */
	static struct hierarchy list[MAX];
	static size_t count;
	char *line = NULL;
	size_t size = 0;
	FILE *f;

	*all = list;
	if (count != 0 || (f = fopen("/proc/self/mountinfo", "re")) == NULL)
		return count;
	while (count < MAX && getline(&line, &size, f) != -1)
		if (parse_mount(line, &list[count]))
			count++;
	free(line);
	fclose(f);
	return count = keep_useful(list, count);
}

/* DOC: hierarchy_of */
const struct hierarchy *
hierarchy_of(const char *controller)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);

	for (size_t i = 0; i < count; i++)
		if (hierarchy_has(all[i].controllers, controller))
			return &all[i];
	errno = ENODEV;
	return NULL;
}
