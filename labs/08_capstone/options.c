/* options.c - command lines, as tables tell.  See getopt_long(3). */

#define _GNU_SOURCE
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "exit.h"
#include "options.h"
#include "seccomp_table.h"

#define HELP_COLUMN 25
#define FIRST_LONG 256 /* what getopt_long(3) returns for the first row */

enum {
	MOST_ROWS = 96,
};

void *
options_grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		err(EXIT_OWN, "reallocarray");
	return list;
}

char *
options_copy(const char *text)
{
	char *dup = strdup(text);

	if (dup == NULL)
		err(EXIT_OWN, "strdup");
	return dup;
}

/* "  -m, --memory SIZE      bytes, ...", in one line if it fits. */
static void
print_row(const struct option_row *row)
{
	int column;

	column = row->letter != 0
	    ? printf("  -%c, --%s", row->letter, row->name)
	    : printf("      --%s", row->name);
	if (row->argument != NULL)
		column += printf(" %s", row->argument);
	if (column + 1 < HELP_COLUMN)
		printf("%*s%s\n", HELP_COLUMN - column, "", row->help);
	else
		printf("\n%*s%s\n", HELP_COLUMN, "", row->help);
}

static _Noreturn void
print_help(const struct option_group *const groups[], const char *usage)
{
	printf("usage: box %s\n%s", usage, *groups != NULL ? "\n" : "");
	for (; *groups != NULL; groups++) {
		printf("%s\n", groups[0]->title);
		for (const struct option_row *row = groups[0]->rows;
		     row->name != NULL; row++)
			print_row(row);
	}
	exit(0);
}

/* The tables as getopt_long(3) wants them. */
struct getopt_view {
	char letters[2 * MOST_ROWS + 3];
	struct option names[MOST_ROWS + 2];
	const struct option_row *rows[MOST_ROWS];
	int count;
};

static void
add_row(struct getopt_view *view, const struct option_row *row)
{
	size_t end = strlen(view->letters);

	if (view->count == MOST_ROWS)
		errx(EXIT_OWN, "too many options to choose from");
	view->names[view->count] = (struct option){
		.name = row->name,
		.has_arg =
		    row->argument != NULL ? required_argument : no_argument,
		.val = FIRST_LONG + view->count,
	};
	view->rows[view->count++] = row;
	if (row->letter == 0)
		return;
	view->letters[end++] = row->letter;
	if (row->argument != NULL)
		view->letters[end] = ':';
}

static void
make_view(struct getopt_view *view, const struct option_group *const groups[])
{
	/* "+": what follows the first word that is no option is not ours. */
	*view = (struct getopt_view){ .letters = "+h" };
	for (; *groups != NULL; groups++)
		for (const struct option_row *row = groups[0]->rows;
		     row->name != NULL; row++)
			add_row(view, row);
	view->names[view->count] =
	    (struct option){ "help", no_argument, NULL, 'h' };
}

static const struct option_row *
find_letter(const struct getopt_view *view, int letter)
{
	for (int i = 0; i < view->count; i++)
		if (view->rows[i]->letter == letter)
			return view->rows[i];
	errx(EXIT_OWN, "option %c is in no table", letter);
}

int
options_read(int argc, char *argv[], const struct option_group *const groups[],
    const char *usage, void *to)
{
	static char name[] = "box";
	const struct option_row *row;
	struct getopt_view view;
	int c;

	make_view(&view, groups);
	argv[0] = name; /* for getopt's messages */
	while ((c = getopt_long(argc, argv, view.letters, view.names, NULL)) !=
	    -1) {
		if (c == 'h')
			print_help(groups, usage);
		if (c == '?')
			exit(EXIT_OWN); /* getopt has said why */
		row = c >= FIRST_LONG ? view.rows[c - FIRST_LONG]
				      : find_letter(&view, c);
		if (row->set != NULL)
			row->set(optarg, to);
		else
			*(bool *)((char *)to + row->flag) = true;
	}
	return optind;
}

/*
 * The capabilities that stay.  As with docker, what is added is kept whatever
 * was dropped, so that "drop ALL, add one" reads the same in either order.
 */
static uint64_t
choose_caps(const struct config *config)
{
	uint64_t all;

	if (config->cap_add == 0)
		return SECCOMP_DEFAULT_CAPS & ~config->cap_drop;
	all = caps_all();
	if (config->cap_add == all)
		return all & ~config->cap_drop;
	return ((SECCOMP_DEFAULT_CAPS & ~config->cap_drop) | config->cap_add) &
	    all;
}

void
options_parse(int argc, char *argv[], struct config *config)
{
	static const struct option_group *const groups[] = { &options_limits,
		&options_world, &options_process, &options_privilege,
		&options_container, NULL };
	static char sh[] = "sh", *shell[] = { sh, NULL };
	int first;

	*config = (struct config){ .workdir = "/" };
	first = options_read(argc, argv, groups,
	    "run [options] image|directory [command [arg ...]]", config);
	if (first == argc)
		errx(EXIT_OWN, "which image? see box run --help");
	config->image = argv[first++];
	config->command = first < argc ? argv + first : shell;
	config->caps = choose_caps(config);
}
