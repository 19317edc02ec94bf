/*
 * delegate.c - where in a hierarchy we may make groups of our own.
 *
 * Groups are directories, and who may make one is a question of directory
 * permissions.  Root may everywhere.  A plain user may where root has handed
 * over a subtree: systemd does so for user sessions, in v2 only.
 *
 * Read: cgroups(7) about delegation and the "no internal processes" rule.
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "delegate.h"
#include "exit.h"
#include "file.h"

#define LEAF "boxlab-host"

/* Lines of /proc/self/cgroup: "4:cpu,cpuacct:/mine", and in v2 "0::/mine". */
static void
own_group(const struct hierarchy *h, char *path, size_t size)
{
	char line[PATH_MAX + 256], *list, *own;
	FILE *f = fopen("/proc/self/cgroup", "re");
	bool match;

	path[0] = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((list = strchr(line, ':')) == NULL ||
		    (own = strchr(++list, ':')) == NULL)
			continue;
		*own++ = '\0';
		match = h->version == 2
		    ? *list == '\0'
		    : *list != '\0' && strstr(h->controllers, list) != NULL;
		if (match)
			strlcpy(path, own, size);
	}
	if (f != NULL)
		fclose(f);
}

/* DOC: delegate_parent */
void
delegate_parent(struct hierarchy *h, const char *root, const char *top)
{
	char own[PATH_MAX] = "", *last;
	size_t skip = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (faccessat(AT_FDCWD, top, W_OK, AT_EACCESS) == -1)
		own_group(h, own, sizeof(own));

	/* The mount may show a subtree only, as in a container. */
	if (strncmp(own, root, skip) != 0)
		own[skip = 0] = '\0';
	if (asprintf(&h->parent, "%s%s", top, own + skip) == -1)
		err(EXIT_OWN, "asprintf");

	/* An earlier run may have moved our shell into the leaf: go back up. */
	last = strrchr(h->parent, '/');
	if (last[1] == '\0' || strcmp(last + 1, LEAF) == 0)
		*last = '\0';
}

/* Move every process of the parent group into its child LEAF. */
static int
step_aside(const struct hierarchy *h)
{
	char from[PATH_MAX], to[PATH_MAX], pid[32];
	FILE *f;

	file_path(from, sizeof(from), "%s/cgroup.procs", h->parent);
	file_path(to, sizeof(to), "%s/" LEAF, h->parent);
	if (mkdir(to, 0755) == -1 && errno != EEXIST)
		return -1;
	file_path(to, sizeof(to), "%s/" LEAF "/cgroup.procs", h->parent);
	f = fopen(from, "re");
	if (f == NULL)
		return -1;
	while (fgets(pid, sizeof(pid), f) != NULL)
		if (file_write(to, pid) == -1 && errno != ESRCH) {
			fclose(f);
			return -1;
		}
	fclose(f);
	return 0;
}

/* DOC: delegate_controllers */
int
delegate_controllers(const struct hierarchy *h)
{
	static const char *const on[] = { "+memory", "+cpu", "+cpuset", "+pids",
		"+io" };
	char path[PATH_MAX];
	int tries = 0;

	/* A group has a controller's files only if its parent enables them. */
	file_path(path, sizeof(path), "%s/cgroup.subtree_control", h->parent);
	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]);) {
		/*
		 * ENOENT or EINVAL: the parent has not got this one itself.
		 * One write for each, since a write is all or nothing.
		 */
		if (file_write(path, on[i]) == 0 || errno == ENOENT ||
		    errno == EINVAL) {
			i++;
			continue;
		}

		/*
		 * EBUSY: in v2 a group that limits its children may have no
		 * processes itself, or they would compete with the children
		 * unlimited.  Only the root of all is exempt.  The children
		 * of those we move may be born while we do: try again.
		 */
		if (errno != EBUSY || tries++ == 10 || step_aside(h) == -1)
			return -1;
	}
	return 0;
}
