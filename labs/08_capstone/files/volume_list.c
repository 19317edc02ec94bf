/* volume_list.c - what "box volume" does. */

#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "table.h"
#include "volume_inner.h"
#include "volume_store.h"

int
volume_create(const struct state *state, const char *name)
{
	int store = volume_lock(state->home), result;

	if (store == -1)
		return -1;
	result = volume_make(store, name, false);
	close(store);
	return result;
}

int
volume_remove(const struct state *state, const char *name)
{
	char id[NAME_MAX];
	int store = volume_lock(state->home), result = -1;

	if (store == -1)
		return -1;
	if (!volume_name_ok(name) || faccessat(store, name, F_OK, 0) == -1)
		warnx("no volume %s (box volume ls)", name);
	else if (volume_users(store, state->home, name, id) > 0)
		warnx(
		    "volume %s: container %s has it (box rm %s)", name, id, id);
	else
		result = volume_destroy(store, state->home, name);
	close(store);
	return result;
}

static int
prune_one(int store, const char *home, const char *name, void *arg)
{
	const bool *all = arg;
	char id[NAME_MAX];

	if (name[0] == '.')
		return volume_destroy(store, home, name);
	if ((!*all && !volume_has(store, name, "anonymous")) ||
	    volume_users(store, home, name, id) > 0)
		return 0;
	if (volume_destroy(store, home, name) == -1)
		return -1;
	puts(name);
	return 0;
}

int
volume_prune(const struct state *state, bool all)
{
	return volume_each(state->home, prune_one, &all);
}

static int
name_one(int store, const char *home, const char *name, void *arg)
{
	(void)store;
	(void)home;
	(void)arg;
	if (name[0] != '.')
		puts(name);
	return 0;
}

static int
list_one(int store, const char *home, const char *name, void *arg)
{
	struct table *table = arg;
	char id[NAME_MAX];

	if (name[0] == '.')
		return 0;
	table_add(table, "%s", name);
	table_add(table, "%s",
	    volume_has(store, name, "anonymous") ? "anonymous" : "named");
	table_add(table, "%d", volume_users(store, home, name, id));
	return 0;
}

int
volume_list(const struct state *state, bool quiet)
{
	static const char *const heads[] = { "NAME", "KIND", "CONTAINERS",
		NULL };
	struct table table = { .heads = heads, .shrink = 1 };
	int result;

	if (quiet)
		return volume_each(state->home, name_one, NULL);
	result = volume_each(state->home, list_one, &table);
	table_print(&table);
	return result;
}

/* The beginning of a string, which the caller ends. */
static void
print_json(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ')
			printf("\\u%04x", c);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else
			putchar(c);
	}
}

int
volume_inspect(const struct state *state, const char *name)
{
	char id[NAME_MAX] = "";
	int store = volume_lock(state->home), users;

	if (store == -1)
		return -1;
	if (!volume_name_ok(name) || faccessat(store, name, F_OK, 0) == -1) {
		warnx("no volume %s (box volume ls)", name);
		close(store);
		return -1;
	}
	users = volume_users(store, state->home, name, id);

	/* A name has no characters that JSON would want escaped. */
	printf("    {\n"
	       "        \"Name\": \"%s\",\n"
	       "        \"Driver\": \"local\",\n"
	       "        \"Mountpoint\": ",
	    name);
	print_json(state->home);
	printf("/volumes/%s/data\",\n"
	       "        \"Anonymous\": %s,\n"
	       "        \"Filled\": %s,\n"
	       "        \"Containers\": %d\n"
	       "    }",
	    name, volume_has(store, name, "anonymous") ? "true" : "false",
	    volume_has(store, name, "fresh") ? "false" : "true", users);
	close(store);
	return 0;
}
