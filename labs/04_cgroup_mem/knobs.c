/*
 * knobs.c - a group's limits, v1 beside v2, and what it has used.
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

enum form {
	PLAIN,
	SWAP_ONLY,
	QUOTA,
	WEIGHT
};

struct knob {
	const char *v1, *v2;
	enum form v2_form;
};

/* DOC: knobs */
static const struct knob memory_max = { "memory.limit_in_bytes", "memory.max",
	PLAIN };
static const struct knob knobs[] = {
	[CGROUP_MEMORY_SWAP] = { "memory.memsw.limit_in_bytes",
	    "memory.swap.max", SWAP_ONLY },
	[CGROUP_MEMORY_LOW] = { "memory.soft_limit_in_bytes", "memory.low",
	    PLAIN },
	[CGROUP_CPU_QUOTA] = { "cpu.cfs_quota_us", "cpu.max", QUOTA },
	[CGROUP_CPU_SHARES] = { "cpu.shares", "cpu.weight", WEIGHT },
	[CGROUP_CPUSET_CPUS] = { "cpuset.cpus", "cpuset.cpus", PLAIN },
	[CGROUP_CPUSET_MEMS] = { "cpuset.mems", "cpuset.mems", PLAIN },
	[CGROUP_PIDS_MAX] = { "pids.max", "pids.max", PLAIN },
	[CGROUP_IO_WEIGHT] = { "blkio.bfq.weight", "io.bfq.weight", PLAIN },
	[CGROUP_DEVICES_DENY] = { "devices.deny", NULL, PLAIN },
	[CGROUP_DEVICES_ALLOW] = { "devices.allow", NULL, PLAIN },
};

/* The path of the knob's file on this machine; its version, or -1. */
static int
locate(const char *name, const struct knob *knob, char *path, size_t size)
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

/* A number from a file: its only one, or the one behind a key. */
static int
get(const char *name, const struct knob *knob, const char *key, uint64_t *n)
{
	char path[PATH_MAX], text[1024];
	const char *p = text;

	if (locate(name, knob, path, sizeof(path)) == -1 ||
	    file_read(path, text, sizeof(text)) == -1)
		return -1;
	if (key != NULL && (p = strstr(text, key)) == NULL) {
		errno = ENOENT;
		return -1;
	}

	/* No limit: "max" in v2, in v1 the last whole page below 2^63. */
	*n = strtoull(p + (key == NULL ? 0 : strlen(key)), NULL, 10);
	if (strcmp(p, "max") == 0 || *n > INT64_MAX - UINT16_MAX)
		*n = UINT64_MAX;
	return 0;
}

/* The value as version 2 of the knob wants it. */
static int
to_v2(const char *name, enum form form, char *value, size_t size)
{
	uint64_t n = strtoull(value, NULL, 10), memory;

	switch (form) {
	case SWAP_ONLY: /* v1 limits the sum, v2 swap alone */
		if (get(name, &memory_max, NULL, &memory) == -1)
			return -1;
		if (n < memory) {
			errno = EINVAL;
			return -1;
		}
		snprintf(value, size, "%" PRIu64, n - memory);
		break;
	case QUOTA:
		strlcat(value, " 100000", size);
		break;
	case WEIGHT: /* normal is 1024 in v1 and 100 in v2, 10000 the most */
		n = n * 100 / 1024;
		n = n < 1 ? 1 : n > 10000 ? 10000 : n;
		snprintf(value, size, "%" PRIu64, n);
		break;
	case PLAIN:
		break;
	}
	return 0;
}

static int
set(const char *name, const struct knob *knob, const char *value)
{
	char path[PATH_MAX], text[1024];
	int version = locate(name, knob, path, sizeof(path));

	if (version == -1)
		return -1;
	if (strlcpy(text, value, sizeof(text)) >= sizeof(text)) {
		errno = EINVAL;
		return -1;
	}
	if (version == 2 &&
	    to_v2(name, knob->v2_form, text, sizeof(text)) == -1)
		return -1;
	return file_write(path, text);
}

/* DOC: cgroup_set_memory_max */
int
cgroup_set_memory_max(const char *name, uint64_t bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, bytes);
	return set(name, &memory_max, text);
}

/* DOC: cgroup_set */
int
cgroup_set(const char *name, enum cgroup_knob knob, const char *value)
{
	return set(name, &knobs[knob], value);
}

/* DOC: cgroup_memory */
int
cgroup_memory(const char *name, struct cgroup_memory *out)
{
	static const struct knob current = { "memory.usage_in_bytes",
		"memory.current", PLAIN };
	static const struct knob peak = { "memory.max_usage_in_bytes",
		"memory.peak", PLAIN };
	static const struct knob events = { "memory.oom_control",
		"memory.events", PLAIN };

	if (get(name, &memory_max, NULL, &out->limit) == -1 ||
	    get(name, &current, NULL, &out->current) == -1 ||
	    get(name, &events, "\noom_kill ", &out->oom_kills) == -1)
		return -1;
	if (get(name, &peak, NULL, &out->peak) == 0)
		return 0;

	/* v2 before Linux 5.19 does not keep the peak. */
	out->peak = out->current;
	return errno == ENOENT ? 0 : -1;
}
