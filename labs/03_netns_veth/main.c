/*
 * 03_netns_veth - a cable between two worlds.
 *
 * Without a command: show, and check, that a new network namespace is empty,
 * how a veth pair ties it to a host, how a name keeps it, and how a bridge
 * joins many.  With one: run it in a box with a cable to the host, or with -b
 * in several boxes on one bridge.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "boxes.h"
#include "demo.h"
#include "exit.h"
#include "netns.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "userns.h"

static struct job job = {
	.network = { .host = "10.16.8.1/24", .box = "10.16.8.2/24" },
	.boxes = 1,
}; /* -a, -p, -b, -s */
static const char *join_name; /* -j */
static const char *remove_name; /* -r */

static _Noreturn void
usage(FILE *out)
{
	const char *name = getprogname();

	fprintf(out,
	    "usage: %s [-hv] [-a host-cidr] [-p box-cidr] [-b boxes] [-s name] "
	    "[command [arg ...]]\n"
	    "       %s [-v] -j name|pid command [arg ...]\n"
	    "       %s -r name\n",
	    name, name, name);
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_boxes(const char *text)
{
	const char *why;

	job.bridged = true;
	job.boxes = (unsigned int)strtonum(text, 1, BOXES_MAX, &why);
	if (why != NULL)
		errx(EXIT_OWN, "boxes %s: %s", text, why);
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+hva:p:b:s:j:r:")) != -1)
		switch (c) {
		case 'a':
			job.network.host = optarg;
			break;
		case 'p':
			job.network.box = optarg;
			break;
		case 'b':
			parse_boxes(optarg);
			break;
		case 's':
			job.save_name = optarg;
			break;
		case 'j':
			join_name = optarg;
			break;
		case 'r':
			remove_name = optarg;
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

static int
remove_saved(void)
{
	if (netns_remove(remove_name) == 0)
		return 0;
	if (errno == EPERM || errno == EACCES)
		err(EXIT_OWN, "/run/netns/%s (-r " ROOT_ADVICE ")",
		    remove_name);
	err(EXIT_OWN, "/run/netns/%s", remove_name);
}

/* Run the command in the network of another box. */
static _Noreturn void
run_joined(char *argv[])
{
	const char *why;
	pid_t pid = (pid_t)strtonum(join_name, 1, INT32_MAX, &why);

	if (why == NULL && userns_needed())
		userns_join(pid);
	netns_enter(join_name);
	say(SAY_BOX, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
	run_exec(argv);
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (remove_name != NULL) {
		if (argc != optind)
			errx(EXIT_OWN, "-r takes no command");
		return remove_saved();
	}
	if (argc == optind) {
		if (join_name != NULL)
			errx(EXIT_OWN, "-j needs a command to run in there");
		if (job.save_name != NULL)
			errx(EXIT_OWN,
			    "-s needs a command to run first, as true");
		return demonstrate(&job.network, job.bridged ? job.boxes : 2);
	}
	if (job.save_name != NULL) {
		if (job.bridged || join_name != NULL)
			errx(EXIT_OWN,
			    "-s keeps one box of its own: no -b, no -j");
		if (userns_needed())
			errx(EXIT_OWN,
			    "-s %s: a mount on /run/netns " ROOT_ADVICE,
			    job.save_name);
	}
	if (join_name != NULL)
		run_joined(argv + optind);
	job.argv = argv + optind;
	return boxes_run(&job);
}
