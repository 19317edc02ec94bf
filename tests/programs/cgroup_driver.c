/*
 * cgroup_driver - lab 04's functions from the command line, for its tests.
 *
 * usage: cgroup_driver verb [argument ...] [, verb ...]
 *
 * Verbs run in order.  One that fails ends the driver with status 1 and the
 * name of its errno.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "run.h"
#include "size.h"

static const struct {
	const char *name;
	enum cgroup_knob knob;
} knobs[] = {
	{ "memory_swap", CGROUP_MEMORY_SWAP },
	{ "memory_low", CGROUP_MEMORY_LOW },
	{ "cpu_quota", CGROUP_CPU_QUOTA },
	{ "cpu_shares", CGROUP_CPU_SHARES },
	{ "cpuset_cpus", CGROUP_CPUSET_CPUS },
	{ "cpuset_mems", CGROUP_CPUSET_MEMS },
	{ "pids_max", CGROUP_PIDS_MAX },
	{ "io_weight", CGROUP_IO_WEIGHT },
	{ "devices_deny", CGROUP_DEVICES_DENY },
	{ "devices_allow", CGROUP_DEVICES_ALLOW },
};

static int
set(const char *name, const char *knob, const char *value)
{
	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		if (strcmp(knob, knobs[i].name) == 0)
			return cgroup_set(name, knobs[i].knob, value);
	errx(2, "no knob %s", knob);
}

static int
show_memory(const char *name)
{
	struct cgroup_memory m;

	if (cgroup_memory(name, &m) == -1)
		return -1;
	printf("limit %" PRIu64 " current %" PRIu64 " peak %" PRIu64
	       " kills %" PRIu64 "\n",
	    m.limit, m.current, m.peak, m.oom_kills);
	return 0;
}

static int
run_verb(int argc, char *argv[])
{
	const char *verb = argc > 0 ? argv[0] : "";
	const char *name = argc > 1 ? argv[1] : "";
	uint64_t bytes;

	if (strcmp(verb, "version") == 0)
		return printf("%s %d\n", name, cgroup_version(name)) < 0;
	if (strcmp(verb, "create") == 0)
		return cgroup_create(name, argc > 2 ? argv[2] : NULL);
	if (strcmp(verb, "max") == 0 && size_parse(argv[2], &bytes) == 0)
		return cgroup_set_memory_max(name, bytes);
	if (strcmp(verb, "set") == 0)
		return set(name, argv[2], argv[3]);
	if (strcmp(verb, "open") == 0)
		return cgroup_open(name) == -1 ? -1 : 0;
	if (strcmp(verb, "add") == 0)
		return cgroup_add(name, (pid_t)atoi(argv[2]));
	if (strcmp(verb, "memory") == 0)
		return show_memory(name);
	if (strcmp(verb, "freeze") == 0)
		return cgroup_freeze(name, true);
	if (strcmp(verb, "thaw") == 0)
		return cgroup_freeze(name, false);
	if (strcmp(verb, "kill") == 0)
		return cgroup_kill(name);
	if (strcmp(verb, "remove") == 0)
		return cgroup_remove(name);
	if (strcmp(verb, "run") == 0)
		run_exec(argv + 1);
	errx(2, "no verb %s", verb);
}

int
main(int argc, char *argv[])
{
	int first = 1;

	for (int i = 1; i <= argc; i++) {
		if (i < argc && strcmp(argv[i], ",") != 0)
			continue;
		argv[i] = NULL;
		if (run_verb(i - first, argv + first) != 0) {
			printf("%s %s\n", argv[first], strerrorname_np(errno));
			return 1;
		}
		first = i + 1;
	}
	return 0;
}
