/*
 * 05_chroot_vs_pivot - the jail and the move.
 *
 * Without a command: show, and check, that chroot hides the old tree and
 * pivot_root removes it, by one attack on both.  With one: run it under a root
 * directory of its own.  With -l: list who lives under such a root.
 */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "escape.h"
#include "exit.h"
#include "list.h"
#include "run.h"
#include "say.h"

static const char *chroot_dir; /* -c */
static const char *pivot_dir; /* -p */
static bool escaping; /* -e */
static bool listing; /* -l */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hv] [-c dir | -p dir] [-e] [command [arg ...]]\n"
	    "       %s -l\n",
	    getprogname(), getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+hvc:p:el")) != -1)
		switch (c) {
		case 'c':
			chroot_dir = optarg;
			break;
		case 'p':
			pivot_dir = optarg;
			break;
		case 'e':
			escaping = true;
			break;
		case 'l':
			listing = true;
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (chroot_dir != NULL && pivot_dir != NULL)
		errx(EXIT_OWN, "-c and -p are two ways: choose one");
	if (listing && (optind < argc || escaping || chroot_dir || pivot_dir))
		errx(EXIT_OWN, "-l goes alone");
}

/* Go in without a command: the directory need not have a program in it. */
static int
look_around(struct box *box)
{
	say_to(stdout);
	become_able();
	box_survey(box);
	box_enter(box);
	box_claim_inside(box);
	if (escaping)
		box_claim_escape(box);
	return say_verdict();
}

int
main(int argc, char *argv[])
{
	struct box box = { .kind = JAIL_CHROOT };

	parse_options(argc, argv);
	if (listing)
		return list_jails();
	box.dir = chroot_dir;
	if (pivot_dir != NULL) {
		box.kind = JAIL_PIVOT;
		box.dir = pivot_dir;
	}
	if (box.dir == NULL && argc == optind && !escaping)
		return demonstrate();
	if (box.dir == NULL)
		errx(EXIT_OWN, "no jail: -c or -p says which");

	/* A directory that our caller left open would be a way out. */
	closefrom(3);
	if (argc == optind)
		return look_around(&box);

	/* A root and a mount namespace end with their processes: just exec. */
	become_able();
	box_enter(&box);
	if (escaping && jail_escape() == -1)
		err(EXIT_OWN, "escape from %s", box.dir);
	run_exec(argv + optind);
}
