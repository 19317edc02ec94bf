/*
 * memory.c - what a group has used of its memory.
 *
 * The kernel charges each page to the group of the process that touched it
 * first: anonymous memory, page cache, files in a tmpfs, and what the kernel
 * itself needs for the process.  Only when nothing of it can be given back at
 * the limit does it kill.
 *
 * Read: cgroup-v2.rst and cgroup-v1/memory.rst in the kernel's documentation.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "knobs.h"

/* A number from a file: its only one, or the one behind a key. */
static int
get(const char *name, const struct knob *knob, const char *key, uint64_t *n)
{
	char path[PATH_MAX], text[1024];
	const char *p;

	if (knob_path(name, knob, path, sizeof(path)) == -1 ||
	    file_read(path, text, sizeof(text)) == -1)
		return -1;
	p = key == NULL ? text : strstr(text, key);
	if (p == NULL) {
		errno = ENOENT;
		return -1;
	}

	/* No limit: "max" in v2, in v1 the last whole page below 2^63. */
	*n = strtoull(p + (key == NULL ? 0 : strlen(key)), NULL, 10);
	if (strcmp(p, "max") == 0 || *n > INT64_MAX - UINT16_MAX)
		*n = UINT64_MAX;
	return 0;
}

/* DOC: cgroup_memory */
int
cgroup_memory(const char *name, struct cgroup_memory *out)
{
	static const struct knob max = { "memory.limit_in_bytes", "memory.max",
		KNOB_PLAIN };
	static const struct knob current = { "memory.usage_in_bytes",
		"memory.current", KNOB_PLAIN };
	static const struct knob peak = { "memory.max_usage_in_bytes",
		"memory.peak", KNOB_PLAIN };
	static const struct knob events = { "memory.oom_control",
		"memory.events", KNOB_PLAIN };

	if (get(name, &max, NULL, &out->limit) == -1 ||
	    get(name, &current, NULL, &out->current) == -1 ||
	    get(name, &events, "\noom_kill ", &out->oom_kills) == -1)
		return -1;
	if (get(name, &peak, NULL, &out->peak) == 0)
		return 0;

	/* v2 before Linux 5.19 does not keep the peak. */
	out->peak = out->current;
	return errno == ENOENT ? 0 : -1;
}
