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

/* Set one knob; -1 with one line said. */
static int
set(const struct state *state, const char *option, enum cgroup_knob knob,
    const char *value)
{
	if (cgroup_set(state->cgroup, knob, value) == 0)
		return 0;
	warn("%s %s", option, value);
	return -1;
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
set_all(const struct config *config, const struct state *state)
{
	uint64_t pids =
	    config->pids_limit != 0 ? config->pids_limit : LIMIT_PIDS;

	explain("cgroup_set");
	if (config->memory != 0 &&
	    cgroup_set_memory_max(state->cgroup, config->memory) == -1) {
		warn("-m %" PRIu64, config->memory);
		return -1;
	}
	if (config->cpu_quota != 0 &&
	    set_number(state, "--cpus", CGROUP_CPU_QUOTA, config->cpu_quota) ==
		-1)
		return -1;
	if (config->cpuset != NULL &&
	    set(state, "--cpuset-cpus", CGROUP_CPUSET_CPUS, config->cpuset) ==
		-1)
		return -1;
	if (set_number(state, "--pids-limit", CGROUP_PIDS_MAX, pids) == -1 &&
	    config->pids_limit != 0)
		return -1;
	return 0;
}

int
limit_create(struct limits *limits, const struct config *config,
    const struct state *state)
{
	bool wanted = config->memory != 0 || config->cpu_quota != 0 ||
	    config->pids_limit != 0 || config->cpuset != NULL;

	*limits = (struct limits){ .cgroup = -1 };
	explain("cgroup_create");
	if (cgroup_create(state->cgroup) == -1) {
		if (!wanted)
			return 0;
		warn("no limits: cgroup %s (without root, a delegated "
		     "cgroup is needed; or the virtual machine: make vm)",
		    state->cgroup);
		return -1;
	}
	limits->on = true;
	if (set_all(config, state) == -1) {
		limit_release(limits, state);
		return -1;
	}
	limits->cgroup = cgroup_open(state->cgroup);
	return 0;
}

void
limit_release(const struct limits *limits, const struct state *state)
{
	if (!limits->on)
		return;
	if (limits->cgroup != -1)
		close(limits->cgroup);

	/* Usually empty: the box's process 1 took all others with it. */
	if (cgroup_remove(state->cgroup) == 0)
		return;
	cgroup_kill(state->cgroup);
	if (cgroup_remove(state->cgroup) == -1)
		warn("cgroup %s", state->cgroup);
}
