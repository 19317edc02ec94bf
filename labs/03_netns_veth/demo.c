/* demo.c - the demonstration of lab 03, on a host that nobody else has. */

#define _GNU_SOURCE
#include <sys/mount.h>

#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "exit.h"
#include "icmp.h"
#include "links.h"

void
claim_ping(enum say_who who, const char *address, const char *what)
{
	long us = icmp_ping(address, PATIENCE);

	if (us != -1)
		say_claim(who, true, "ping %s, %s: answered in %ld us", address,
		    what, us);
	else
		say_claim(who, false, "ping %s, %s: %s", address, what,
		    strerror(errno));
}

int
demonstrate(const struct network *network, unsigned int boxes)
{
	int status;

	say_to(stdout);
	become_able(true);

	/* A /run of our own, for the name. */
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) == -1)
		err(EXIT_OWN, "a private /run");
	status = demonstrate_cable(network);
	if (status == 0)
		status = demonstrate_bridge(network, boxes);
	return status != 0 ? status : say_verdict();
}
