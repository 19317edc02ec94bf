/*
 * veth.c - links, and the cable between two worlds.
 *
 * veth.h says what each function shall do; the lesson is README.md.  rtnl.h
 * and message.h are given: a message is started, filled, and talked.  What
 * the kernel answers is what rtnl_talk() returns.
 *
 * Read: rtnetlink(7), netlink(7), veth(4), ip-link(8).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "rtnl.h"
#include "veth.h"

/* Begin with this one: it makes lo work. */
int
link_up(const char *name)
{
	/*
	 * Behind the header of each message about a link is the same struct:
	 * NLMSG_DATA(3) finds it.  It has flags, and a second member to say
	 * which of the flags are meant.  The flag that switches a link on is
	 * in netdevice(7).
	 */
	(void)name;
	errx(EXIT_OWN, "link_up: not written yet");
}

int
link_delete(const char *name)
{
	/* The example in rtnl.h does almost this; why does it check twice? */
	(void)name;
	errx(EXIT_OWN, "link_delete: not written yet");
}

int
link_move(const char *name, pid_t pid)
{
	/*
	 * The namespace that a link is in is one of its attributes, IFLA_...
	 * in linux/if_link.h.  There is one for a descriptor, and one for the
	 * number of a process.
	 */
	(void)name;
	(void)pid;
	errx(EXIT_OWN, "link_move: not written yet");
}

int
veth_create(const char *name, const char *peer, pid_t pid, const char *bridge)
{
	/*
	 * One message makes both ends.  The near end is the link that it is
	 * about.  The far end is described within it, attribute in attribute:
	 *
	 *	IFLA_LINKINFO
	 *		IFLA_INFO_KIND	what "ip link add type" calls it
	 *		IFLA_INFO_DATA
	 *			VETH_INFO_PEER
	 *				a link of its own, from its struct
	 *				ifinfomsg on, as at the top
	 *
	 * What stands inside the peer is about the far end, and what stands
	 * outside is about the near one.  On which side of the border does
	 * each belong: pid, the two names, the bridge, and "up"?
	 *
	 * A name that is too long must be refused: the kernel may cut one.
	 * Write it without bridge first: that is for boxes on a bridge.
	 */
	(void)name;
	(void)peer;
	(void)pid;
	(void)bridge;
	errx(EXIT_OWN, "veth_create: not written yet");
}
