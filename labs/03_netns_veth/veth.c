/*
 * veth.c - links, and the cable between two worlds.
 *
 * A veth pair is two network interfaces.  What is sent into one comes out of
 * the other, also when the two are in different namespaces: so a box gets a
 * line to its host.
 *
 * Read: veth(4), rtnetlink(7), ip-link(8).
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include <errno.h>
#include <string.h>

#include "rtnl.h"
#include "veth.h"

/* Have the kernel switch the link of a started message on. */
static void
put_up(struct nlmsghdr *message)
{
	struct ifinfomsg *link = NLMSG_DATA(message);

	/* ifi_change says which of the flags we mean. */
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
}

/* DOC: link_up */
int
link_up(const char *name)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_link(&r, RTM_NEWLINK, name);

	if (message == NULL)
		return -1;
	put_up(message);
	return rtnl_talk(message);
}

/* DOC: link_delete */
int
link_delete(const char *name)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_link(&r, RTM_DELLINK, name);

	return message == NULL ? -1 : rtnl_talk(message);
}

/* DOC: link_move */
int
link_move(const char *name, pid_t pid)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_link(&r, RTM_NEWLINK, name);

	if (message == NULL)
		return -1;
	message_put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	return rtnl_talk(message);
}

/*
 * One queue each way: that is what a veth uses, but the kernel would make one
 * for every processor first.
 */
static void
put_queues(struct nlmsghdr *message)
{
	message_put_u32(message, IFLA_NUM_TX_QUEUES, 1);
	message_put_u32(message, IFLA_NUM_RX_QUEUES, 1);
}

/* The kind of link, and within it the peer: a whole second link. */
static void
put_peer(struct nlmsghdr *message, const char *peer, pid_t pid)
{
	struct nlattr *info, *data, *far;

	info = message_nest(message, IFLA_LINKINFO);
	message_put_string(message, IFLA_INFO_KIND, "veth");
	data = message_nest(message, IFLA_INFO_DATA);
	far = message_nest(message, VETH_INFO_PEER);
	message_put(message, sizeof(struct ifinfomsg));
	message_put_string(message, IFLA_IFNAME, peer);
	put_queues(message);
	if (pid != 0)
		message_put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	message_nest_end(message, far);
	message_nest_end(message, data);
	message_nest_end(message, info);
}

/* DOC: veth_create */
int
veth_create(const char *name, const char *peer, pid_t pid, const char *bridge)
{
	struct rtnl r;
	struct nlmsghdr *message = rtnl_start_new_link(&r, name);
	unsigned int master;

	if (message == NULL)
		return -1;
	if (strlen(peer) >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		return -1;
	}

	/* A message costs half a millisecond, so put all into one. */
	put_queues(message);
	put_peer(message, peer, pid);
	if (bridge != NULL) {
		master = if_nametoindex(bridge);
		if (master == 0)
			return -1;
		message_put_u32(message, IFLA_MASTER, master);
		put_up(message);
	}
	return rtnl_talk(message);
}
