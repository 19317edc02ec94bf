/* list.c - the containers there are, and how an ended one is removed. */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "state.h"

static bool
is_running(const struct state *state, const char *id)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/running/%s", state->home, id);
	return access(path, F_OK) == 0;
}

static void
print_row(const struct state *state, const char *id, const char *name, bool all)
{
	char path[PATH_MAX], text[128];
	int status;

	if (is_running(state, id)) {
		printf("%-12s  %-10s  %s\n", id, "running", name);
		return;
	}
	file_path(
	    path, sizeof(path), "%s/containers/%s/about", state->home, id);
	if (!all || file_read(path, text, sizeof(text)) == -1 ||
	    sscanf(text, "%*s %d", &status) != 1)
		return;
	snprintf(text, sizeof(text), "exited %d", status);
	printf("%-12s  %-10s  %s\n", id, text, name);
}

/* The id that has taken a name; -1 when it is free. */
static int
resolve(const struct state *state, const char *name, char id[STATE_ID_SIZE])
{
	char path[PATH_MAX];
	ssize_t n;

	file_path(path, sizeof(path), "%s/names/%s", state->home, name);
	n = readlink(path, id, STATE_ID_SIZE);
	if (n != STATE_ID_SIZE - 1)
		return -1;
	id[n] = '\0';
	return 0;
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The names that are taken, sorted.  Their number; exits on failure. */
static int
read_names(const struct state *state, struct dirent ***entries)
{
	char path[PATH_MAX];
	int n;

	file_path(path, sizeof(path), "%s/names", state->home);
	n = scandir(path, entries, not_hidden, alphasort);
	if (n == -1)
		err(EXIT_OWN, "%s", path);
	return n;
}

void
state_list(const struct state *state, bool all)
{
	struct dirent **entries;
	char id[STATE_ID_SIZE];
	int n = read_names(state, &entries);

	printf("%-12s  %-10s  %s\n", "ID", "STATUS", "NAME");
	for (int i = 0; i < n; i++) {
		if (resolve(state, entries[i]->d_name, id) == 0)
			print_row(state, id, entries[i]->d_name, all);
		free(entries[i]);
	}
	free(entries);
}

static void
forget(const struct state *state, const char *name, const char *id)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/containers/%s", state->home, id);
	if (file_remove_tree(path) == -1)
		err(EXIT_OWN, "%s", path);
	file_path(path, sizeof(path), "%s/names/%s", state->home, name);
	if (unlink(path) == -1)
		err(EXIT_OWN, "%s", path);
}

/* Forget the ended containers for which name is their name or id. */
static int
forget_ended(const struct state *state, const char *name)
{
	struct dirent **entries;
	char id[STATE_ID_SIZE];
	int n = read_names(state, &entries), found = 0;

	for (int i = 0; i < n; i++) {
		const char *own = entries[i]->d_name;

		if (resolve(state, own, id) == 0 &&
		    (name == NULL || strcmp(name, own) == 0 ||
			strcmp(name, id) == 0)) {
			found++;
			if (!is_running(state, id))
				forget(state, own, id);
			else if (name != NULL)
				errx(EXIT_OWN, "%s is running", name);
		}
		free(entries[i]);
	}
	free(entries);
	return found;
}

void
state_remove(const struct state *state, const char *name)
{
	if (forget_ended(state, name) == 0)
		errx(EXIT_OWN, "no container %s", name);
}

void
state_prune(const struct state *state)
{
	forget_ended(state, NULL);
}
