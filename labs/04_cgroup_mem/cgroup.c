/*
 * cgroup.c - groups of processes: to make and to remove.
 *
 * A group is a directory in the cgroup file system.  mkdir(2) makes it and the
 * kernel fills it with files.  rmdir(2) removes it, files and all, once no
 * process is left in it.
 *
 * Read: cgroups(7), cpuset(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "delegate.h"
#include "file.h"
#include "hierarchy.h"

/* DOC: cgroup_version */
int
cgroup_version(const char *controller)
{
	const struct hierarchy *h = hierarchy_of(controller);

	return h == NULL ? 0 : h->version;
}

/* A new v1 cpuset has no CPU and no memory node, and so admits no process. */
static int
copy_cpuset(const struct hierarchy *h, const char *name)
{
	static const char *const file[] = { "cpuset.cpus", "cpuset.mems" };
	char path[PATH_MAX], value[1024];

	for (int i = 0; i < 2; i++) {
		file_path(path, sizeof(path), "%s/%s", h->parent, file[i]);
		if (file_read(path, value, sizeof(value)) == -1)
			return -1;
		file_path(
		    path, sizeof(path), "%s/%s/%s", h->parent, name, file[i]);
		if (file_write(path, value) == -1)
			return -1;
	}
	return 0;
}

static int
create_in(const struct hierarchy *h, const char *name)
{
	char path[PATH_MAX];
	int saved;

	if (h->version == 2 && delegate_controllers(h) == -1)
		return -1;
	file_path(path, sizeof(path), "%s/%s", h->parent, name);
	if (mkdir(path, 0755) == -1)
		return -1;
	if (h->version == 1 && hierarchy_has(h->controllers, "cpuset") &&
	    copy_cpuset(h, name) == -1) {
		saved = errno;
		rmdir(path);
		errno = saved;
		return -1;
	}
	return 0;
}

/*
 * rmdir(2) is enough: the files are the kernel's.  A killed process may leave
 * its group a moment after it stopped being listed there, and no event tells
 * us, so look again for up to a second.
 */
static int
remove_from(const struct hierarchy *h, const char *name)
{
	char path[PATH_MAX], procs[PATH_MAX], text[2];

	file_path(path, sizeof(path), "%s/%s", h->parent, name);
	file_path(procs, sizeof(procs), "%s/%s/cgroup.procs", h->parent, name);
	for (int tries = 0; rmdir(path) == -1 && errno != ENOENT; tries++) {
		if (errno != EBUSY || tries == 1000)
			return -1;
		if (file_read(procs, text, sizeof(text)) != 0) {
			errno = EBUSY;
			return -1;
		}
		poll(NULL, 0, 1);
	}
	return 0;
}

/* DOC: cgroup_create */
int
cgroup_create(const char *name, const char *controllers)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	int result = -1, saved;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
		errno = EINVAL;
		return -1;
	}
	errno = ENODEV;
	for (const struct hierarchy *h = all; h < all + count; h++) {
		if (!hierarchy_shares(h->controllers, controllers))
			continue;
		if ((result = create_in(h, name)) == 0)
			continue;

		/* All or nothing; but what was there is not ours. */
		saved = errno;
		while (h > all)
			if (hierarchy_shares((--h)->controllers, controllers))
				remove_from(h, name);
		errno = saved;
		break;
	}
	return result;
}

/* DOC: cgroup_remove */
int
cgroup_remove(const char *name)
{
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);

	/* Backwards: who finds the first one gone knows that all are. */
	while (count-- > 0)
		if (remove_from(&all[count], name) == -1)
			return -1;
	return 0;
}
