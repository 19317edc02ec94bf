/*
 * bridge.c - a switch in software, to plug many cables in.
 *
 * veth.h says what each function shall do; the lesson is README.md.  The
 * messages are as in veth.c, and shorter.
 *
 * Read: rtnetlink(7), ip-link(8), bridge(8).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "rtnl.h"
#include "veth.h"

int
bridge_create(const char *name)
{
	/* A new link of another kind, with nothing to say about a peer. */
	(void)name;
	errx(EXIT_OWN, "bridge_create: not written yet");
}

int
bridge_attach(const char *bridge, const char *port)
{
	/*
	 * Which of the two is the message about?  A bridge keeps no list of
	 * its ports: each port has an attribute that says who its master is.
	 * The kernel knows links by number; if_nametoindex(3) finds it, and
	 * what does it return when there is none?
	 */
	(void)bridge;
	(void)port;
	errx(EXIT_OWN, "bridge_attach: not written yet");
}
