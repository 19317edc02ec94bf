/*
 * 01_uts - a hostname of one's own.
 *
 * Without a command: show, and check, that a box may rename itself and the
 * host does not notice.  With one: run it in a UTS namespace of its own, or
 * with -j in that of another process.
 */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "demo.h"
#include "exit.h"
#include "run.h"
#include "say.h"
#include "userns.h"
#include "uts.h"

static const char *host_name; /* -n */
static const char *domain_name; /* -d */
static pid_t target; /* -j */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hv] [-n name] [-d domain] [-j pid] "
	    "[command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	const char *why;
	int c;

	while ((c = getopt(argc, argv, "+hvn:d:j:")) != -1)
		switch (c) {
		case 'n':
			host_name = optarg;
			break;
		case 'd':
			domain_name = optarg;
			break;
		case 'j':
			target = (pid_t)strtonum(optarg, 1, INT32_MAX, &why);
			if (why != NULL)
				errx(EXIT_OWN, "pid %s: %s", optarg, why);
			break;
		case 'v':
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
	if (target != 0)
		userns_join(target);
	else
		userns_enter();
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (argc == optind && target == 0)
		return demonstrate(
		    host_name != NULL ? host_name : "boxed", domain_name);
	if (argc == optind)
		errx(EXIT_OWN, "-j needs a command to run in there");

	/* Nothing of a UTS namespace outlives its processes: just exec. */
	become_able();
	look(SAY_HOST);
	if (target != 0)
		uts_join(target);
	else
		uts_unshare();
	uts_set_names(host_name, domain_name);
	look(SAY_BOX);
	run_exec(argv + optind);
}
