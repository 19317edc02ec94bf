/*
 * 04_cgroup_mem - a limit and what happens at it.
 *
 * Without a command or -a: show, and check, what a memory limit does to a
 * group of processes.  With one: run it in a new group, which is removed when
 * it ends; -a first uses up some of the group's memory, -t does so with files.
 *
 * The group is visible on the host and would outlive us.  So the first
 * process only guards it: it makes the group, waits for its child and for
 * signals, and takes the group away however the story ends.
 */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "demo.h"
#include "exit.h"
#include "group.h"
#include "guard.h"
#include "run.h"
#include "say.h"
#include "size.h"
#include "use.h"

static bool limited; /* -m */
static uint64_t limit;
static bool allocating; /* -a */
static uint64_t size;
static bool through_tmpfs; /* -t */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hv] [-m limit] [-a size [-t]] "
	    "[command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static uint64_t
parse_size(char option, const char *text)
{
	uint64_t bytes;

	if (size_parse(text, &bytes) == -1)
		errx(EXIT_OWN, "-%c '%s': %s", option, text,
		    errno == ERANGE ? "too large"
				    : "not a size like 4000000 or 64M");
	return bytes;
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+hvm:a:t")) != -1)
		switch (c) {
		case 'm':
			limited = true;
			limit = parse_size('m', optarg);
			break;
		case 'a':
			allocating = true;
			size = parse_size('a', optarg);
			break;
		case 't':
			through_tmpfs = true;
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (through_tmpfs && !allocating)
		errx(EXIT_OWN, "-t needs -a: how much to write");
}

/*
 * In the group, use up memory and hold it while a command runs.  Returns the
 * wait status: stopped, when the memory is held.
 */
static int
hold_memory(const char *group, bool stay)
{
	int wstatus;
	pid_t pid = guard_fork_into(group);

	if (pid == 0) {
		if (through_tmpfs)
			use_tmpfs(size);
		else
			use_pages(size, NULL);

		/* Stay, holding it: stopped is a state to wait for. */
		if (stay)
			raise(SIGSTOP);
		exit(0);
	}
	wstatus = guard_wait(pid, WUNTRACED);
	say(SAY_HOST, "%" PRIu64 " bytes in use by the group",
	    group_look(group).current);
	return wstatus;
}

static int
run_tool(const char *group, char *argv[])
{
	int wstatus;
	pid_t pid;

	if (limited)
		group_limit(group, limit);
	if (allocating) {
		wstatus = hold_memory(group, argv[0] != NULL);
		if (!WIFSTOPPED(wstatus))
			return exit_status(wstatus);
	}
	pid = guard_fork_into(group);
	if (pid == 0)
		run_exec(argv);
	return exit_status(guard_wait(pid, 0));
}

int
main(int argc, char *argv[])
{
	const char *group;
	bool tool;

	parse_options(argc, argv);
	argv += optind;
	tool = argv[0] != NULL || allocating;
	if (!tool) {
		say_to(stdout);
		show_hierarchies();
	}
	guard_signals();
	group = group_make();
	if (tool)
		return run_tool(group, argv);
	return demonstrate(group, limited ? limit : 4000000);
}
