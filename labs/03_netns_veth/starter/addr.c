/*
 * addr.c - addresses and routes: what makes a link reach somewhere.
 *
 * veth.h says what each function shall do; the lesson is README.md.  An
 * address is a message with a struct ifaddrmsg, a route one with a struct
 * rtmsg, and attributes behind it.
 *
 * Read: rtnetlink(7), inet(3), ip-address(8), ip-route(8).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "rtnl.h"
#include "veth.h"

int
addr_add(const char *name, const char *cidr)
{
	/*
	 * Take the text apart: an address, a slash, and the length of the
	 * prefix.  Be strict: "/33", "/2x" and "/+8" are mistakes, and
	 * strtoul(3) does not mind the last two.
	 *
	 * rtnetlink(7) has two attributes for the address.  They differ only
	 * on a line between two; on a network, both are ours.  The broadcast
	 * address is a third: all bits behind the prefix are 1.  Bytes are in
	 * network order, and the bits that you compute are not.
	 *
	 * The kernel makes the route to the network by itself, from the
	 * length of the prefix.
	 */
	(void)name;
	(void)cidr;
	errx(EXIT_OWN, "addr_add: not written yet");
}

int
route_default(const char *gateway)
{
	/*
	 * The default route is for every address.  How long is a prefix that
	 * all addresses have in common?  rtnetlink(7) lists what else a route
	 * says of itself: family, table, who made it, scope, type.
	 *
	 * The kernel refuses a gateway that it cannot reach.  It is for the
	 * caller to hear of that.
	 */
	(void)gateway;
	errx(EXIT_OWN, "route_default: not written yet");
}
