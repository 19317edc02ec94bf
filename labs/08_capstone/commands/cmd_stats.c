/* cmd_stats.c - "box stats": what containers use, as their cgroups count. */

#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "hierarchy.h"
#include "lookup.h"
#include "options.h"
#include "table.h"

enum {
	ONCE = 500, /* milliseconds between two looks, for a share of time */
	AGAIN = 1000,
	MOST = 1024, /* containers whose shares are known */
};

struct sample {
	char id[STATE_ID_SIZE];
	uint64_t cpu; /* microseconds of processor time so far */
	uint64_t time; /* nanoseconds */
};

struct look {
	char **names; /* only these; NULL-terminated, empty for all */
	struct sample before[MOST];
	size_t count;
	struct table *table;
};

static const struct option_row rows[] = {
	{ "no-stream", 0, NULL, "once, not again and again", NULL, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* A number of the group: in a file of this name, behind a key or alone. */
static int
get(const char *group, const char *controller, const char *v1, const char *v2,
    const char *key, uint64_t *n)
{
	const struct hierarchy *h = hierarchy_of(controller);
	char path[PATH_MAX], text[1024];
	const char *at = text;

	if (h == NULL)
		return -1;
	file_path(path, sizeof(path), "%s/%s/%s", h->parent, group,
	    h->version == 1 ? v1 : v2);
	if (file_read(path, text, sizeof(text)) == -1)
		return -1;
	if (h->version == 2 && key != NULL) {
		at = strstr(text, key);
		if (at == NULL)
			return -1;
		at += strlen(key);
	}
	*n = strtoull(at, NULL, 10);
	return 0;
}

static int
get_cpu(const char *group, uint64_t *microseconds)
{
	if (cgroup_version("cpuacct") != 1)
		return get(
		    group, "cpu", "", "cpu.stat", "usage_usec ", microseconds);
	if (get(group, "cpuacct", "cpuacct.usage", "", NULL, microseconds) ==
	    -1)
		return -1;
	*microseconds /= 1000;
	return 0;
}

/* A free place, or that of who was looked at the longest time ago. */
static struct sample *
new_sample(struct look *look)
{
	struct sample *oldest = look->before;

	if (look->count < MOST)
		return &look->before[look->count++];
	for (struct sample *s = oldest; s < look->before + MOST; s++)
		if (s->time < oldest->time)
			oldest = s;
	return oldest;
}

/* The share of one processor's time since the last look at it. */
static void
add_share(struct look *look, const struct state *state)
{
	uint64_t cpu, now = facts_now();
	struct sample *s = look->before;

	if (get_cpu(state->cgroup, &cpu) == -1) {
		table_add(look->table, "-");
		return;
	}
	while (s < look->before + look->count && strcmp(s->id, state->id) != 0)
		s++;
	/* After a restart its group is a new one, and counts from 0. */
	if (s < look->before + look->count && now > s->time && cpu >= s->cpu)
		table_add(look->table, "%.2f%%",
		    (double)(cpu - s->cpu) * 100000 / (double)(now - s->time));
	else
		table_add(look->table, "-");
	if (s == look->before + look->count)
		s = new_sample(look);
	strlcpy(s->id, state->id, sizeof(s->id));
	s->cpu = cpu;
	s->time = now;
}

static const char *
human(uint64_t bytes, char text[16])
{
	if (bytes == UINT64_MAX)
		return "none";
	humanize_number(text, 8, (int64_t)bytes, "B", HN_AUTOSCALE,
	    HN_DECIMAL | HN_IEC_PREFIXES);
	return text;
}

static void
add_row(struct look *look, const struct state *state)
{
	struct table *table = look->table;
	struct cgroup_memory memory;
	char used[16], limit[16];
	uint64_t pids;

	table_add(table, "%s", state->id);
	table_add(table, "%s", state->name);
	add_share(look, state);
	if (cgroup_memory(state->cgroup, &memory) == 0) {
		table_add(table, "%s", human(memory.current, used));
		table_add(table, "%s", human(memory.limit, limit));
	} else {
		table_add(table, "-");
		table_add(table, "-");
	}
	if (get(state->cgroup, "pids", "pids.current", "pids.current", NULL,
		&pids) == 0)
		table_add(table, "%" PRIu64, pids);
	else
		table_add(table, "-");
}

static void
visit(const struct state *state, void *arg)
{
	struct look *look = arg;
	char **name = look->names;

	if (strcmp(state->facts.phase, "running") != 0)
		return;
	while (*name != NULL && strcmp(*name, state->id) != 0)
		name++;
	if (*name != NULL || look->names[0] == NULL)
		add_row(look, state);
}

int
cmd_stats(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	static const char *const heads[] = { "ID", "NAME", "CPU", "MEMORY",
		"LIMIT", "PIDS", NULL };
	static struct look look;
	struct table table = { .heads = heads, .shrink = 1 << 1 }, drop = table;
	struct state state = STATE_NONE;
	bool once = false;
	int first = options_read(
	    argc, argv, groups, "stats [options] [container ...]", &once);

	cmd_look(&state);
	look.names = argv + first;
	for (char **name = look.names; *name != NULL; name++) {
		if (find_container(&state, *name) == -1)
			return EXIT_OWN;
		*name = options_copy(state.id);
	}
	look.table = &drop;
	find_all(&state, visit, &look);
	look.table = &table;
	do {
		fflush(stdout);
		poll(NULL, 0, once ? ONCE : AGAIN);
		if (!once && isatty(STDOUT_FILENO))
			fputs("\033[H\033[J", stdout);
		find_all(&state, visit, &look);
		table_print(&table);
	} while (!once && fflush(stdout) == 0);
	return 0;
}
