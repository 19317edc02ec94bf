/*
 * link_view.c - read a link's state from rtnetlink, and wait for it.
 *
 * "Up" is two things: that the administrator switched a link on, and that it
 * can carry.  The second is the kernel's to find out, a moment later.
 *
 * Read: rtnetlink(7), ip-link(8), RFC 2863.
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include "link_view.h"
#include "rtnl.h"

/* A description of a link fills some two kilobytes. */
#define ANSWER_SIZE 16384

static void
read_attribute(const struct rtattr *attr, struct link_view *view)
{
	static const char *const state[] = { "UNKNOWN", "NOTPRESENT", "DOWN",
		"LOWERLAYERDOWN", "TESTING", "DORMANT", "UP" };
	const uint8_t *byte = RTA_DATA(attr);

	switch (attr->rta_type) {
	case IFLA_LINK:
		view->peer = *(const uint32_t *)RTA_DATA(attr);
		break;
	case IFLA_LINK_NETNSID:
		view->peer_elsewhere = true;
		break;
	case IFLA_CARRIER:
		view->carrier = *byte != 0;
		break;
	case IFLA_OPERSTATE:
		if (*byte < sizeof(state) / sizeof(state[0]))
			view->state = state[*byte];
		break;
	default:
		break;
	}
}

/* DOC: link_view */
int
link_view(const char *name, struct link_view *view)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	struct nlmsghdr *message, *object = (struct nlmsghdr *)answer;
	struct ifinfomsg *link;
	struct rtattr *attr;
	struct rtnl r;
	size_t left;

	/* No NLM_F_ACK: the link itself is the answer. */
	message = message_start(r.buf, RTM_GETLINK, NLM_F_REQUEST);
	link = message_put(message, sizeof(*link));
	link->ifi_index = (int)if_nametoindex(name);
	if (link->ifi_index == 0 ||
	    rtnl_ask(message, answer, sizeof(answer)) == -1)
		return -1;
	link = NLMSG_DATA(object);
	*view = (struct link_view){
		.index = (unsigned int)link->ifi_index,
		.flags = link->ifi_flags,
		.state = "?",
	};
	left = IFLA_PAYLOAD(object);
	for (attr = IFLA_RTA(link); RTA_OK(attr, left);
	     attr = RTA_NEXT(attr, left))
		read_attribute(attr, view);
	return 0;
}

/* DOC: link_await */
int
link_await(const char *name, int timeout)
{
	char news[ANSWER_SIZE];
	struct link_view view = { 0 };
	struct pollfd pfd = { .events = POLLIN };
	int result, saved;

	/* Subscribe before looking, lest the change fall in between. */
	pfd.fd = rtnl_open(RTMGRP_LINK);
	if (pfd.fd == -1)
		return -1;
	while ((result = link_view(name, &view)) == 0 &&
	    (view.flags & IFF_RUNNING) == 0) {
		result = -1;
		errno = ETIMEDOUT;
		if (poll(&pfd, 1, timeout) != 1)
			break;
		/* It does not matter what happened, nor if news were lost. */
		recv(pfd.fd, news, sizeof(news), 0);
	}
	saved = errno;
	close(pfd.fd);
	errno = saved;
	return result;
}
