/* rtnl.h - ask the kernel to change the network, and read its answer. */

#ifndef RTNL_H
#define RTNL_H

#include "message.h"

/*
 * The conversation that veth.c, bridge.c and addr.c share.  A message is
 * started, filled with message_put_*(), and talked:
 *
 *	struct rtnl r;
 *	struct nlmsghdr *message = rtnl_start_link(&r, RTM_DELLINK, "veth0");
 *	return message == NULL ? -1 : rtnl_talk(message);
 */

/* Room for one message. */
struct rtnl {
	_Alignas(struct nlmsghdr) char buf[MESSAGE_MAX];
};

/*
 * Start a message of a type, as RTM_NEWADDR, in r, to be confirmed by the
 * kernel: NLM_F_REQUEST and NLM_F_ACK are added to the flags.
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
 * A socket to the kernel, of the network namespace that the caller is in, as
 * long as it is open.  It hears of the multicast groups in the mask, as
 * RTMGRP_LINK.  -1 with errno.
 */
int rtnl_open(uint32_t groups);

/*
 * Send a message and receive the kernel's answer, an object or a plain yes,
 * of at most size bytes.  Changes need CAP_NET_ADMIN over the namespace.  0,
 * or -1 with errno: the kernel's own error when it refused.
 */
int rtnl_ask(const struct nlmsghdr *message, void *answer, size_t size);

/* The same, where a yes is all there is to hear. */
int rtnl_talk(const struct nlmsghdr *message);

#endif
