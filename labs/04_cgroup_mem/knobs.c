/*
 * knobs.c - a group's limits, v1 beside v2.
 *
 * A limit is a file in the group's directory.  The two versions mean the same
 * but name the files differently and write some values in another form.  The
 * word before the first dot is the controller, and says which hierarchy's
 * directory has the file.
 *
 * Read: cgroup-v2.rst and cgroup-v1/memory.rst in the kernel's documentation.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "hierarchy.h"
#include "knobs.h"

/* DOC: knobs */
static const struct knob knobs[] = {
	[CGROUP_MEMORY_SWAP] = { "memory.memsw.limit_in_bytes",
	    "memory.swap.max", KNOB_SWAP_ONLY },
	[CGROUP_MEMORY_LOW] = { "memory.soft_limit_in_bytes", "memory.low",
	    KNOB_PLAIN },
	[CGROUP_CPU_QUOTA] = { "cpu.cfs_quota_us", "cpu.max", KNOB_QUOTA },
	[CGROUP_CPU_SHARES] = { "cpu.shares", "cpu.weight", KNOB_WEIGHT },
	[CGROUP_CPUSET_CPUS] = { "cpuset.cpus", "cpuset.cpus", KNOB_PLAIN },
	[CGROUP_CPUSET_MEMS] = { "cpuset.mems", "cpuset.mems", KNOB_PLAIN },
	[CGROUP_PIDS_MAX] = { "pids.max", "pids.max", KNOB_PLAIN },
	[CGROUP_IO_WEIGHT] = { "blkio.bfq.weight", "io.bfq.weight",
	    KNOB_PLAIN },
	[CGROUP_DEVICES_DENY] = { "devices.deny", NULL, KNOB_PLAIN },
	[CGROUP_DEVICES_ALLOW] = { "devices.allow", NULL, KNOB_PLAIN },
};

/* DOC: knob_path */
int
knob_path(const char *name, const struct knob *knob, char *path, size_t size)
{
	const char *const file[] = { knob->v1, knob->v2 };
	const struct hierarchy *h;
	char controller[16];

	for (int i = 0; i < 2; i++) {
		if (file[i] == NULL)
			continue;
		strlcpy(controller, file[i], sizeof(controller));
		controller[strcspn(controller, ".")] = '\0';
		h = hierarchy_of(controller);
		if (h == NULL || h->version != i + 1)
			continue;
		file_path(path, size, "%s/%s/%s", h->parent, name, file[i]);
		return h->version;
	}
	errno = knob->v2 == NULL ? ENOTSUP : ENODEV;
	return -1;
}

/* The value as version 2 of the knob wants it. */
static int
to_v2(const char *name, enum knob_form form, char *value, size_t size)
{
	uint64_t n = strtoull(value, NULL, 10);
	struct cgroup_memory memory;

	switch (form) {
	case KNOB_SWAP_ONLY: /* v1 limits the sum, v2 swap alone */
		if (n == UINT64_MAX)
			break;
		if (cgroup_memory(name, &memory) == -1)
			return -1;
		if (n < memory.limit) {
			errno = EINVAL;
			return -1;
		}
		snprintf(value, size, "%" PRIu64, n - memory.limit);
		break;
	case KNOB_QUOTA:
		strlcat(value, " 100000", size);
		break;
	case KNOB_WEIGHT:
		/* In proportion, as the kernel does it the other way round. */
		n = n * 100 / 1024;
		n = n < 1 ? 1 : n > 10000 ? 10000 : n;
		snprintf(value, size, "%" PRIu64, n);
		break;
	case KNOB_PLAIN:
		break;
	}
	return 0;
}

static int
set(const char *name, const struct knob *knob, const char *value)
{
	char path[PATH_MAX], text[1024];
	int version = knob_path(name, knob, path, sizeof(path));

	if (version == -1)
		return -1;
	if (strlcpy(text, value, sizeof(text)) >= sizeof(text)) {
		errno = EINVAL;
		return -1;
	}
	if (version == 2 && to_v2(name, knob->form, text, sizeof(text)) == -1)
		return -1;
	return file_write(path, text);
}

/* DOC: cgroup_set_memory_max */
int
cgroup_set_memory_max(const char *name, uint64_t bytes)
{
	static const struct knob max = { "memory.limit_in_bytes", "memory.max",
		KNOB_PLAIN };
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, bytes);
	return set(name, &max, text);
}

/* DOC: cgroup_set */
int
cgroup_set(const char *name, enum cgroup_knob knob, const char *value)
{
	return set(name, &knobs[knob], value);
}
