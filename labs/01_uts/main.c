/*
 * 01_uts - a hostname of one's own.
 *
 * Without a command: show, and check, that a box may rename itself and the
 * host does not notice.  With one: run it in a UTS namespace of its own, or
 * with -j in that of another process.
 */

#define _GNU_SOURCE
#include <sys/utsname.h>

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "sync.h"
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

/* The names as this process sees them, and the namespace they come from. */
static struct utsname
look(enum say_who who)
{
	struct utsname names;

	if (uname(&names) == -1)
		err(EXIT_OWN, "uname");
	say(who, "uts:[%ju]  hostname %s  domain %s",
	    (uintmax_t)ns_id(0, "uts"), names.nodename, names.domainname);
	return names;
}

/* Get privilege: a plain user needs the user namespace that owns the box. */
static void
become_able(void)
{
	if (!userns_needed())
		return;
	if (target != 0) {
		userns_join(target);
		return;
	}
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

static void
enter_box(void)
{
	if (target != 0) {
		uts_join(target);
	} else {
		uts_unshare();
		say(SAY_BOX, "a namespace of my own, the names still copied:");
		look(SAY_BOX);
	}
	uts_set_names(host_name, domain_name);
	look(SAY_BOX);
}

/* A second process enters the first one's namespace, and sees its names. */
static int
demonstrate_join(pid_t box)
{
	struct utsname names;
	pid_t guest;

	fflush(NULL);
	guest = fork();
	if (guest == -1)
		err(EXIT_OWN, "fork");
	if (guest != 0)
		return run_wait(guest);

	uts_join(box);
	names = look(SAY_BOX);
	say_claim(SAY_BOX, strcmp(names.nodename, host_name) == 0,
	    "a second process joined the box and sees the same name");
	exit(say_verdict());
}

/* The box: rename it, tell the host, and stay until the host has looked. */
static _Noreturn void
box_main(struct sync *renamed, struct sync *looked)
{
	struct utsname names;

	enter_box();
	if (uname(&names) == -1)
		err(EXIT_OWN, "uname");
	say_claim(SAY_BOX, strcmp(names.nodename, host_name) == 0,
	    "my hostname is %s", host_name);
	sync_go(renamed);
	if (sync_wait(looked) == -1)
		errx(EXIT_OWN, "the host went away");
	exit(say_verdict());
}

static int
demonstrate(void)
{
	struct sync renamed, looked;
	struct utsname before, after;
	int box_status, guest_status;
	pid_t box;

	say_to(stdout);
	if (host_name == NULL)
		host_name = "boxed";
	become_able();
	before = look(SAY_HOST);

	sync_open(&renamed);
	sync_open(&looked);
	fflush(NULL);
	box = fork();
	if (box == -1)
		err(EXIT_OWN, "fork");
	if (box == 0)
		box_main(&renamed, &looked);

	if (sync_wait(&renamed) == -1)
		return run_wait(box);
	after = look(SAY_HOST);
	say_claim(SAY_HOST, strcmp(before.nodename, after.nodename) == 0,
	    "the host is still called %s", before.nodename);
	say_claim(SAY_HOST, ns_id(box, "uts") != ns_id(0, "uts"),
	    "the box is in uts:[%ju], the host is not",
	    (uintmax_t)ns_id(box, "uts"));
	guest_status = demonstrate_join(box);
	sync_go(&looked);
	box_status = run_wait(box);
	if (box_status != 0)
		return box_status;
	return guest_status != 0 ? guest_status : say_verdict();
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (argc == optind && target == 0)
		return demonstrate();
	if (argc == optind)
		errx(EXIT_OWN, "-j needs a command to run in there");

	/* Nothing of a UTS namespace outlives its processes: just exec. */
	become_able();
	look(SAY_HOST);
	enter_box();
	run_exec(argv + optind);
}
