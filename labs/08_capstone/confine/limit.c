/* limit.c - from the options to the files of a cgroup.  See lab 04. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cgroup.h"
#include "explain.h"
#include "limit.h"
#include "own_group.h"

/*
 * What limits and what counts.  A v1 cpuset is made only when it is asked for:
 * with the first on the machine the kernel patches its own code, which takes
 * two milliseconds.
 */
#define CONTROLLERS "memory,pids,freezer,cpu,cpuacct,blkio"

/* A limit that cannot be had: one line that says why.  Returns -1. */
static int
refuse(const char *option, const char *value)
{
	if (errno == ENODEV || errno == ENOENT)
		warnx(
		    "%s %s: this machine has no such controller for us "
		    "(see /proc/cgroups, or use the virtual machine: make vm)",
		    option, value);
	else
		warn("%s %s", option, value);
	return -1;
}

static int
set(const struct state *state, const char *option, enum cgroup_knob knob,
    const char *value)
{
	if (cgroup_set(state->cgroup, knob, value) == 0)
		return 0;
	return refuse(option, value);
}

static int
set_number(const struct state *state, const char *option, enum cgroup_knob knob,
    uint64_t number)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRIu64, number);
	return set(state, option, knob, value);
}

static int
set_memory(const struct config *config, const struct state *state)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRIu64, config->memory);
	if (cgroup_set_memory_max(state->cgroup, config->memory) == -1)
		return refuse("-m", value);

	/* No swap beyond it, where the kernel counts swap at all. */
	cgroup_set(state->cgroup, CGROUP_MEMORY_SWAP, value);
	return 0;
}

static int
set_all(const struct config *config, const struct state *state)
{
	char pids[24];

	explain("cgroup_set");
	if (config->memory != 0 && set_memory(config, state) == -1)
		return -1;
	if (config->cpu_quota != 0 &&
	    set_number(state, "--cpus", CGROUP_CPU_QUOTA, config->cpu_quota) ==
		-1)
		return -1;
	if (config->cpuset != NULL &&
	    set(state, "--cpuset-cpus", CGROUP_CPUSET_CPUS, config->cpuset) ==
		-1)
		return -1;
	if (config->pids_limit != 0)
		return set_number(
		    state, "--pids-limit", CGROUP_PIDS_MAX, config->pids_limit);

	/* Nobody asked for this one: no harm where it cannot be had. */
	snprintf(pids, sizeof(pids), "%d", LIMIT_PIDS);
	cgroup_set(state->cgroup, CGROUP_PIDS_MAX, pids);
	return 0;
}

/* The name is this container's alone: what is there is of its last run. */
static int
create(const char *cgroup, const char *controllers)
{
	if (cgroup_create(cgroup, controllers) == 0)
		return 0;
	if (errno != EEXIST || own_group_clear(cgroup) == -1)
		return -1;
	return cgroup_create(cgroup, controllers);
}

int
limit_create(struct limits *limits, const struct config *config,
    const struct state *state)
{
	bool wanted = config->memory != 0 || config->cpu_quota != 0 ||
	    config->pids_limit != 0 || config->cpuset != NULL;
	const char *controllers =
	    config->cpuset != NULL ? CONTROLLERS ",cpuset" : CONTROLLERS;

	*limits = (struct limits){ .controllers = "", .cgroup = -1 };
	explain("cgroup_create");
	if (create(state->cgroup, controllers) == -1) {
		if (wanted || !config->quiet)
			warn("no limits: no cgroup was delegated to us%s",
			    wanted
				? " (use root, or the virtual machine: make vm)"
				: "");
		return wanted ? -1 : 0;
	}
	limits->on = true;
	limits->controllers = controllers;
	if (set_all(config, state) == -1) {
		limit_release(limits, state);
		return -1;
	}
	limits->cgroup = cgroup_open(state->cgroup);
	return 0;
}

static void
set_oom(struct facts *facts, const void *arg)
{
	(void)arg;
	facts->oom = 1;
}

void
limit_note(const struct limits *limits, const struct config *config,
    struct state *state)
{
	struct cgroup_memory memory;

	if (limits->on && config->memory != 0 && !config->rm &&
	    cgroup_memory(state->cgroup, &memory) == 0 && memory.oom_kills > 0)
		state_edit(state, set_oom, NULL);
}

void
limit_release(const struct limits *limits, const struct state *state)
{
	if (!limits->on)
		return;
	if (limits->cgroup != -1)
		close(limits->cgroup);

	/* Usually empty: the box's process 1 took all others with it. */
	if (cgroup_remove(state->cgroup) == -1 &&
	    own_group_clear(state->cgroup) == -1)
		warn("cgroup %s", state->cgroup);
}
