/*
 * 02_pid - process number one.
 *
 * Without a command: show, and check, what being process 1 means, seen from
 * the box and from the host.  With one: run it in a PID namespace of its own,
 * as process 1, or with -i as process 2 behind an init; with -l several
 * namespaces deep.
 *
 * Signals to 02_pid are passed on to process 1, and take effect only if that
 * has a handler.  So TERM or Ctrl-C does not end "02_pid sleep 99" but does
 * end "02_pid -i sleep 99".  KILL ends either, and the box with it.
 */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "exit.h"
#include "nsid.h"
#include "pid.h"
#include "run.h"
#include "say.h"
#include "userns.h"

enum {
	DEEPEST = 32, /* the kernel's MAX_PID_NS_LEVEL */
};

static bool with_init; /* -i */
static int levels; /* -l */
static bool verbose; /* -v */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out, "usage: %s [-hiv] [-l levels] [command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	const char *why;
	int c;

	while ((c = getopt(argc, argv, "+hivl:")) != -1)
		switch (c) {
		case 'i':
			with_init = true;
			break;
		case 'l':
			levels = (int)strtonum(optarg, 1, DEEPEST, &why);
			if (why != NULL)
				errx(EXIT_OWN, "levels %s: %s (1 to %d)",
				    optarg, why, DEEPEST);
			break;
		case 'v':
			verbose = true;
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
}

/* Get privilege: a plain user needs the user namespace that owns the box. */
static void
become_able(void)
{
	if (!userns_needed())
		return;
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

static void
say_process_one(pid_t box)
{
	char pids[256];

	box_numbers(box, pids, sizeof(pids));
	say(SAY_HOST, "the box's process 1 is %s", pids);
}

/*
 * Each level's process 1 makes the next one and is its init; the host's end
 * of the chain does as they do.
 */
static int
run_box(char *argv[])
{
	sigset_t mask;
	pid_t child;

	pid_block_signals(&mask);
	for (int level = 1; level <= levels; level++) {
		child = box_start(level);
		if (child != 0) {
			if (level == 1 && verbose)
				say_process_one(child);
			return pid_init(child);
		}
	}

	box_enter_proc();
	say(SAY_BOX, "process %d of pid:[%ju], level %d", getpid(),
	    (uintmax_t)ns_id(0, "pid"), levels);
	if (with_init) {
		fflush(NULL);
		child = fork();
		if (child == -1)
			err(EXIT_OWN, "fork");
		if (child != 0)
			return pid_init(child);
		say(SAY_BOX, "the command is process %d, behind an init",
		    getpid());
	}
	if (sigprocmask(SIG_SETMASK, &mask, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	run_exec(argv);
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (argc == optind)
		say_to(stdout);
	become_able();
	if (argc == optind)
		return demonstrate(levels != 0 ? levels : 3);
	if (levels == 0)
		levels = 1;
	return run_box(argv + optind);
}
