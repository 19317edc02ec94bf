/*
 * cmd_top.c - "box top": the processes of a container, as the host sees them.
 *
 * A process of the box has a number in each PID namespace from its own up to
 * the host's: see lab 02, and NSpid in proc(5).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "lookup.h"
#include "nsid.h"
#include "options.h"
#include "table.h"

/* The last number of its NSpid line, the one inside; "?" without one. */
static void
add_inside(struct table *table, pid_t pid)
{
	char path[64], text[4096], *line, *last = NULL;

	file_path(path, sizeof(path), "/proc/%d/status", pid);
	if (file_read(path, text, sizeof(text)) > 0 &&
	    (line = strstr(text, "\nNSpid:")) != NULL) {
		line[strcspn(line + 1, "\n") + 1] = '\0';
		last = strrchr(line, '\t');
	}
	table_add(table, "%s", last != NULL ? last + 1 : "?");
}

static void
add_time(struct table *table, pid_t pid)
{
	char path[64], text[1024], *fields;
	unsigned long user = 0, system = 0, seconds;

	file_path(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read(path, text, sizeof(text)) > 0 &&
	    (fields = strrchr(text, ')')) != NULL)
		sscanf(fields,
		    ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		    &user, &system);
	seconds = (user + system) / (unsigned long)sysconf(_SC_CLK_TCK);
	table_add(table, "%02lu:%02lu:%02lu", seconds / 3600, seconds / 60 % 60,
	    seconds % 60);
}

/* Its arguments with spaces between, else its name in brackets. */
static void
add_command(struct table *table, pid_t pid)
{
	char path[64], text[4096];
	ssize_t n;

	file_path(path, sizeof(path), "/proc/%d/cmdline", pid);
	n = file_read(path, text, sizeof(text));
	for (ssize_t i = 0; i < n - 1; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	if (n <= 0) {
		file_path(path, sizeof(path), "/proc/%d/comm", pid);
		if (file_read(path, text, sizeof(text)) == -1)
			text[0] = '\0';
		table_add(table, "[%s]", text);
		return;
	}
	table_add(table, "%s", text);
}

static void
add_process(struct table *table, pid_t pid)
{
	char path[64];
	struct stat st;

	file_path(path, sizeof(path), "/proc/%d", pid);
	if (stat(path, &st) == -1)
		return;
	table_add(table, "%d", pid);
	add_inside(table, pid);
	table_add(table, "%u", st.st_uid);
	add_time(table, pid);
	add_command(table, pid);
}

int
cmd_top(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	static const char *const heads[] = { "PID", "INSIDE", "UID", "TIME",
		"COMMAND", NULL };
	struct table table = { .heads = heads, .shrink = 1 << 4 };
	struct state state = STATE_NONE;
	const struct dirent *entry;
	int first = options_read(argc, argv, groups, "top container", NULL);
	pid_t member, pid;
	ino_t ns;
	DIR *d;

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box top container");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1 ||
	    find_member(&state, &member) == -1)
		return EXIT_OWN;
	ns = ns_id(member, "pid");
	d = opendir("/proc");
	if (d == NULL || ns == 0)
		err(EXIT_OWN, "/proc");
	while ((entry = readdir(d)) != NULL) {
		pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 &&
		    (pid == (pid_t)state.facts.pid || ns_id(pid, "pid") == ns))
			add_process(&table, pid);
	}
	closedir(d);
	table_print(&table);
	return 0;
}
