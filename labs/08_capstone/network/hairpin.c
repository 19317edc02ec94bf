/*
 * hairpin.c - a port of a bridge that hands back what came from it.
 *
 * A box that calls one of its own ports by an address of the host gets the
 * packet back, from the bridge.  Where the kernel filters what is bridged as
 * well (br_netfilter), it sees that both ends are on the bridge and does not
 * route; and a switch never sends a frame back where it came from.
 * Read: bridge(8), rtnetlink(7).
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <string.h>

#include "hairpin.h"
#include "rtnl.h"

int
hairpin_allow(const char *port)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_link(&r, RTM_SETLINK, port);
	struct nlattr *of_port, *mode;
	struct ifinfomsg *link;

	if (message == NULL)
		return -1;
	link = NLMSG_DATA(message);
	link->ifi_family = AF_BRIDGE;
	of_port = message_nest(message, IFLA_PROTINFO);

	/* The kernel wants exactly one byte. */
	mode = message_put(message, NLA_HDRLEN + 1);
	mode->nla_len = NLA_HDRLEN + 1;
	mode->nla_type = IFLA_BRPORT_MODE;
	memset((char *)mode + NLA_HDRLEN, 1, 1);
	message_nest_end(message, of_port);
	return rtnl_talk(message);
}
