/*
 * bridge.c - a switch in software, to plug many cables in.
 *
 * A bridge hands a frame from one of its ports to the port where the receiver
 * is.  It is a link of its own too: give it an address, and the host is one
 * more station on the switch.  That is all docker0 is.
 *
 * Read: bridge(8), rtnetlink(7), ip-link(8).
 */

#define _GNU_SOURCE
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "rtnl.h"
#include "veth.h"

/* DOC: bridge_create */
int
bridge_create(const char *name)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_new_link(&r, name);
	struct nlattr *info;

	if (message == NULL)
		return -1;
	info = message_nest(message, IFLA_LINKINFO);
	message_put_string(message, IFLA_INFO_KIND, "bridge");
	message_nest_end(message, info);
	return rtnl_talk(message);
}

/* DOC: bridge_attach */
int
bridge_attach(const char *bridge, const char *port)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_link(&r, RTM_NEWLINK, port);
	unsigned int master = if_nametoindex(bridge);

	if (message == NULL || master == 0)
		return -1;

	/* The port learns who its master is; the bridge keeps no list. */
	message_put_u32(message, IFLA_MASTER, master);
	return rtnl_talk(message);
}
