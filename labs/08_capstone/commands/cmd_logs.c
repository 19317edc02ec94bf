/*
 * cmd_logs.c - "box logs": what a detached container has said.
 *
 * The supervisor writes a file, and whoever wants to read it does.  To follow
 * it nobody has to be asked: inotify(7) tells when it has grown, and when the
 * supervisor has let go of running/ID, by dying too.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/inotify.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "log.h"
#include "lookup.h"
#include "options.h"

struct choice {
	bool follow;
	bool times;
	unsigned long tail; /* lines; ULONG_MAX: all */
};

static void
set_tail(const char *text, void *to)
{
	struct choice *choice = to;
	const char *why = NULL;

	choice->tail = ULONG_MAX;
	if (strcmp(text, "all") != 0)
		choice->tail = (unsigned long)strtonum(text, 0, LONG_MAX, &why);
	if (why != NULL)
		errx(EXIT_OWN, "--tail %s: the number is %s", text, why);
}

static const struct option_row rows[] = {
	{ "follow", 'f', NULL, "go on until it ends", NULL,
	    offsetof(struct choice, follow) },
	{ "timestamps", 't', NULL, "with the time before each line", NULL,
	    offsetof(struct choice, times) },
	{ "tail", 0, "N", "only the last lines, or all", set_tail, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* Print a line of the log; whether one goes on where it ends. */
static void
print_line(const struct choice *choice, const char *line, size_t n)
{
	static int inside[2]; /* of a line, in output and errors */
	struct log_line parts;
	FILE *to;

	if (log_parse(line, n, &parts) == -1)
		return;
	to = parts.error ? stderr : stdout;
	if (choice->times && !inside[parts.error])
		fprintf(to, "%.*s ", parts.time_length, parts.time);
	fwrite(parts.text, 1, parts.length, to);
	if (!parts.part)
		putc('\n', to);
	inside[parts.error] = parts.part;
}

/* Print all lines that are complete. */
static void
print_all(const struct choice *choice, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] != '\n') {
			/* Being written: it will be whole next time. */
			fseek(f, -n, SEEK_CUR);
			break;
		}
		print_line(choice, line, (size_t)n - 1);
	}
	clearerr(f);
	free(line);
	fflush(stdout);
}

/* Where the entry that ends at this offset, with its newline, begins. */
static off_t
entry_start(int fd, off_t end)
{
	char buf[1024];
	off_t at = end - 1; /* past its own newline */
	ssize_t n;

	while (at > 0) {
		n = at < (off_t)sizeof(buf) ? (ssize_t)at
					    : (ssize_t)sizeof(buf);
		if (pread(fd, buf, (size_t)n, at - n) != n)
			return 0;
		for (ssize_t i = n; i > 0; i--, at--)
			if (buf[i - 1] == '\n')
				return at;
	}
	return 0;
}

/* Does what the container wrote as a line end with this entry? */
static bool
ends_line(int fd, off_t start)
{
	char head[64];
	struct log_line parts;
	ssize_t n = pread(fd, head, sizeof(head), start);

	return n > 0 && log_parse(head, (size_t)n, &parts) == 0 && !parts.part;
}

/* Seek to where the last lines begin, from the end: a log may be long. */
static void
seek_tail(FILE *f, unsigned long lines)
{
	int fd = fileno(f);
	off_t end, start, size = lseek(fd, 0, SEEK_END);

	for (end = size; end > 0; end = start) {
		start = entry_start(fd, end);
		if (!ends_line(fd, start) && end != size)
			continue;
		if (lines-- == 0)
			break;
	}
	fseeko(f, end, SEEK_SET);
}

/* Is nobody there who looks after it?  Its lock tells, whoever it was. */
static bool
is_over(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool over = fd == -1 || flock(fd, LOCK_SH | LOCK_NB) == 0;

	if (fd != -1)
		close(fd);
	return over;
}

/* Go on until nobody looks after the container any more. */
static void
follow(const struct choice *choice, const struct state *state, FILE *f)
{
	char path[PATH_MAX], events[4096];
	int fd = inotify_init1(IN_CLOEXEC);

	file_path(path, sizeof(path), "%s/log", state->dir);
	if (fd == -1 ||
	    (inotify_add_watch(fd, path, IN_MODIFY) == -1 && errno != ENOENT))
		err(EXIT_OWN, "inotify: %s", path);
	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	if (inotify_add_watch(fd, path, IN_CLOSE_WRITE | IN_ATTRIB) == -1 &&
	    errno != ENOENT)
		err(EXIT_OWN, "inotify: %s", path);
	for (;;) {
		print_all(choice, f);
		if (is_over(path))
			break;
		if (read(fd, events, sizeof(events)) == -1 && errno != EINTR)
			err(EXIT_OWN, "inotify");
	}
	/* What was written between the last look and the end. */
	print_all(choice, f);
	close(fd);
}

int
cmd_logs(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = STATE_NONE;
	struct choice choice = { .tail = ULONG_MAX };
	char path[PATH_MAX];
	FILE *f;
	int first = options_read(
	    argc, argv, groups, "logs [options] container", &choice);

	if (argc - first != 1)
		errx(EXIT_OWN, "which container? see box logs --help");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	file_path(path, sizeof(path), "%s/log", state.dir);
	f = fopen(path, "re");
	if (f == NULL && errno == ENOENT)
		errx(EXIT_OWN,
		    "%s has no log: it was neither started with -d nor left",
		    state.name);
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	if (choice.tail != ULONG_MAX)
		seek_tail(f, choice.tail);
	if (choice.follow)
		follow(&choice, &state, f);
	else
		print_all(&choice, f);
	return 0;
}
