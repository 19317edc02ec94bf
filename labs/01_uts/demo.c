/* demo.c - the demonstration of lab 01: one kernel, three names. */

#define _GNU_SOURCE
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "exit.h"
#include "nsid.h"
#include "run.h"
#include "sync.h"
#include "userns.h"
#include "uts.h"

struct utsname
look(enum say_who who)
{
	struct utsname names;

	if (uname(&names) == -1)
		err(EXIT_OWN, "uname");
	say(who, "uts:[%ju]  hostname %s  domain %s",
	    (uintmax_t)ns_id(0, "uts"), names.nodename, names.domainname);
	return names;
}

/* A second process enters the first one's namespace, and sees its names. */
static int
join_as_guest(pid_t box, const char *host_name)
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
box_main(const char *host_name, const char *domain_name, struct sync *renamed,
    struct sync *looked)
{
	struct utsname names;

	uts_unshare();
	say(SAY_BOX, "a namespace of my own, the names still copied:");
	look(SAY_BOX);
	uts_set_names(host_name, domain_name);
	names = look(SAY_BOX);
	say_claim(SAY_BOX, strcmp(names.nodename, host_name) == 0,
	    "my hostname is %s", host_name);
	sync_go(renamed);
	if (sync_wait(looked) == -1)
		errx(EXIT_OWN, "the host went away");
	exit(say_verdict());
}

/* What the host finds while the box is there under its own name. */
static int
look_from_host(pid_t box, const char *host_name, const char *name_before)
{
	struct utsname after = look(SAY_HOST);

	say_claim(SAY_HOST, strcmp(name_before, after.nodename) == 0,
	    "the host is still called %s", name_before);
	say_claim(SAY_HOST, ns_id(box, "uts") != ns_id(0, "uts"),
	    "the box is in uts:[%ju], the host is not",
	    (uintmax_t)ns_id(box, "uts"));
	return join_as_guest(box, host_name);
}

int
demonstrate(const char *host_name, const char *domain_name)
{
	struct sync renamed, looked;
	struct utsname before;
	int box_status, guest_status;
	pid_t box;

	say_to(stdout);
	if (userns_needed()) {
		userns_enter();
		say(SAY_HOST, "not root: in a user namespace, user:[%ju]",
		    (uintmax_t)ns_id(0, "user"));
	}
	before = look(SAY_HOST);

	sync_open(&renamed);
	sync_open(&looked);
	fflush(NULL);
	box = fork();
	if (box == -1)
		err(EXIT_OWN, "fork");
	if (box == 0)
		box_main(host_name, domain_name, &renamed, &looked);

	if (sync_wait(&renamed) == -1)
		return run_wait(box);
	guest_status = look_from_host(box, host_name, before.nodename);
	sync_go(&looked);
	box_status = run_wait(box);
	if (box_status != 0)
		return box_status;
	return guest_status != 0 ? guest_status : say_verdict();
}
