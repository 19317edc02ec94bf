/* rtnl.h - ask the kernel to change the network, and read its answer. */

#ifndef RTNL_H
#define RTNL_H

#include <linux/netlink.h>

#include <stdint.h>

/*
 * The conversation that veth.c, bridge.c and addr.c share.  A message is
 * started, filled with libmnl's mnl_attr_put_*(), and talked:
 *
 *	struct rtnl r;
 *	struct nlmsghdr *message = rtnl_start_link(&r, RTM_DELLINK, "veth0");
 *	return message == NULL ? -1 : rtnl_talk(message);
 */

/* Room for one message; none of this lab fills half of it. */
struct rtnl {
	_Alignas(struct nlmsghdr) char buf[512];
};

/*
 * Start a message of a type, as RTM_NEWADDR, in r.  NLM_F_REQUEST and
 * NLM_F_ACK are added to the flags.
 */
struct nlmsghdr *rtnl_start(struct rtnl *r, uint16_t type, uint16_t flags);

/*
 * Start a message about a link that exists, its struct ifinfomsg included.
 * NULL with errno when there is no such link.
 */
struct nlmsghdr *rtnl_start_link(
    struct rtnl *r, uint16_t type, const char *name);

/*
 * Start the message that makes a link called name, its struct ifinfomsg and
 * name included.  NULL with errno when a name is too long for a link.
 */
struct nlmsghdr *rtnl_start_new_link(struct rtnl *r, const char *name);

/*
 * Send a message and wait for the kernel's answer, in the network namespace
 * the caller is in; needs CAP_NET_ADMIN over it.  0, or -1 with errno: the
 * kernel's own error when it refused.
 */
int rtnl_talk(const struct nlmsghdr *message);

#endif
