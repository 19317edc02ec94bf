/* cmd_ps.c - "box ps": which containers there are. */

#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "age.h"
#include "cmd.h"
#include "exit.h"
#include "lookup.h"
#include "options.h"
#include "ports.h"
#include "table.h"

struct choice {
	bool all;
	bool quiet;
};

struct row {
	char id[STATE_ID_SIZE];
	struct facts facts;
	char *ports; /* NULL without any */
};

struct list {
	const struct choice *choice;
	bool with_ports; /* some container has */
	struct row *rows;
	size_t count, room;
};

static const struct option_row rows[] = {
	{ "all", 'a', NULL, "those that have ended too", NULL,
	    offsetof(struct choice, all) },
	{ "quiet", 'q', NULL, "only the ids", NULL,
	    offsetof(struct choice, quiet) },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* "0.0.0.0:8080->80/tcp, 127.0.0.1:53->53/udp", or NULL. */
static char *
ports_text(const struct state *state)
{
	FILE *list = ports_list(state->home, state->id), *to;
	struct port port;
	const char *between = "";
	char *text;
	size_t size;

	if (list == NULL)
		return NULL;
	to = open_memstream(&text, &size);
	if (to == NULL)
		err(EXIT_OWN, "open_memstream");
	for (; ports_next(list, &port); between = ", ")
		fprintf(to, "%s%s:%u->%u/%s", between, port.address, port.host,
		    port.box, port.udp ? "udp" : "tcp");
	fclose(list);
	if (fclose(to) == EOF)
		err(EXIT_OWN, "fclose");
	return text;
}

static void
take(const struct state *state, void *arg)
{
	struct list *list = arg;
	struct row *row;

	if (!list->choice->all && strcmp(state->facts.phase, "exited") == 0)
		return;
	if (list->count == list->room) {
		list->room = 2 * list->room + 16;
		list->rows =
		    reallocarray(list->rows, list->room, sizeof(*list->rows));
		if (list->rows == NULL)
			err(EXIT_OWN, "reallocarray");
	}
	row = &list->rows[list->count++];
	row->facts = state->facts;
	memcpy(row->id, state->id, STATE_ID_SIZE);
	row->ports = ports_text(state);
	list->with_ports |= row->ports != NULL;
}

static int
newest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->facts.created == y->facts.created)
		return strcmp(x->id, y->id);
	return x->facts.created < y->facts.created ? 1 : -1;
}

static void
add_status(struct table *table, const struct facts *facts)
{
	char age[AGE_SIZE];

	if (strcmp(facts->phase, "running") == 0)
		table_add(table, "Up %s%s", age_since(facts->started, age),
		    facts->paused ? " (Paused)" : "");
	else
		table_add(table, "%s (%" PRIu64 ") %s ago",
		    facts->phase[0] == 'r' ? "Restarting" : "Exited",
		    facts->status, age_since(facts->finished, age));
}

static void
add_row(struct table *table, const struct row *row, bool with_ports)
{
	const struct facts *facts = &row->facts;
	char age[AGE_SIZE];

	table_add(table, "%s", row->id);
	table_add(table, "%s", facts->image);
	table_add(table, "%s", facts->command);
	table_add(table, "%s ago", age_since(facts->created, age));
	add_status(table, facts);
	if (with_ports)
		table_add(table, "%s", row->ports != NULL ? row->ports : "");
	table_add(table, "%s", facts->name);
}

int
cmd_ps(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	static const char *const heads[] = { "ID", "IMAGE", "COMMAND",
		"CREATED", "STATUS", "NAMES", NULL };
	static const char *const with_ports[] = { "ID", "IMAGE", "COMMAND",
		"CREATED", "STATUS", "PORTS", "NAMES", NULL };
	struct table table = { .heads = heads, .shrink = 1 << 1 | 1 << 2 };
	struct state state = STATE_NONE;
	struct choice choice = { 0 };
	struct list list = { .choice = &choice };

	if (options_read(argc, argv, groups, "ps [options]", &choice) != argc)
		errx(EXIT_OWN, "usage: box ps [-aq]");
	cmd_look(&state);
	find_all(&state, take, &list);
	if (list.count > 0)
		qsort(list.rows, list.count, sizeof(*list.rows), newest_first);
	if (list.with_ports) {
		table.heads = with_ports;
		table.shrink |= 1 << 5;
	}
	for (size_t i = 0; i < list.count; i++) {
		if (choice.quiet)
			puts(list.rows[i].id);
		else
			add_row(&table, &list.rows[i], list.with_ports);
		free(list.rows[i].ports);
	}
	if (!choice.quiet)
		table_print(&table);
	free(list.rows);
	return 0;
}
