/* cmd_volume.c - "box volume": directories that outlive containers. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "exit.h"
#include "options.h"
#include "volume_store.h"

#define USAGE "volume create|inspect|ls|prune|rm [option] [name ...]"

struct choice {
	bool all, quiet;
};

static const struct option_row rows[] = {
	{ "all", 'a', NULL, "prune: volumes with a name too", NULL,
	    offsetof(struct choice, all) },
	{ "quiet", 'q', NULL, "ls: the names alone", NULL,
	    offsetof(struct choice, quiet) },
	{ 0 },
};

static const struct option_group options_volume = { "Volumes", rows };

static int
create(const struct state *state, char *names[], int n)
{
	int result = 0;

	if (n == 0)
		errx(EXIT_OWN, "box volume create: which name?");
	for (int i = 0; i < n; i++) {
		if (!volume_name_ok(names[i]))
			errx(EXIT_OWN,
			    "volume %s: use up to 64 letters, digits, _, . "
			    "and -",
			    names[i]);
		if (volume_create(state, names[i]) == 0)
			puts(names[i]);
		else
			result = -1;
	}
	return result;
}

static int
inspect(const struct state *state, char *names[], int n)
{
	const char *before = "[\n";
	int result = 0;

	if (n == 0)
		errx(EXIT_OWN, "box volume inspect: which?");
	for (int i = 0; i < n; i++) {
		fputs(before, stdout);
		if (volume_inspect(state, names[i]) == -1)
			result = -1;
		else
			before = ",\n";
		if (result == -1)
			break;
	}
	puts("\n]");
	return result;
}

static int
remove_all(const struct state *state, char *names[], int n)
{
	int result = 0;

	if (n == 0)
		errx(EXIT_OWN, "box volume rm: which?");
	for (int i = 0; i < n; i++) {
		if (volume_remove(state, names[i]) == -1)
			result = -1;
		else
			puts(names[i]);
	}
	return result;
}

int
cmd_volume(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_volume,
		NULL };
	struct choice choice = { 0 };
	struct state state = { .lock = -1 };
	const char *what = argc > 1 ? argv[1] : "";
	bool help = argc > 1 && argv[1][0] == '-';
	int first = options_read(help ? argc : argc - 1, help ? argv : argv + 1,
			groups, USAGE, &choice) +
	    1,
	    result;

	if (help || argc < 2)
		errx(EXIT_OWN, "usage: box " USAGE);
	cmd_open(&state);
	if (strcmp(what, "create") == 0)
		result = create(&state, argv + first, argc - first);
	else if (strcmp(what, "inspect") == 0)
		result = inspect(&state, argv + first, argc - first);
	else if (strcmp(what, "rm") == 0)
		result = remove_all(&state, argv + first, argc - first);
	else if (first == argc && strcmp(what, "ls") == 0)
		result = volume_list(&state, choice.quiet);
	else if (first == argc && strcmp(what, "prune") == 0)
		result = volume_prune(&state, choice.all);
	else
		errx(EXIT_OWN, "usage: box " USAGE);
	return result == 0 ? 0 : EXIT_OWN;
}
