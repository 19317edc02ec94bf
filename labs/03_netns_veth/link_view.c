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
#include <libmnl/libmnl.h>
#include <poll.h>
#include <string.h>

#include "link_view.h"

/* A description of a link fills some two kilobytes. */
#define ANSWER_SIZE 16384

static int
read_attribute(const struct nlattr *attr, void *data)
{
	static const char *const state[] = { "UNKNOWN", "NOTPRESENT", "DOWN",
		"LOWERLAYERDOWN", "TESTING", "DORMANT", "UP" };
	struct link_view *view = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_LINK:
		view->peer = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		view->peer_elsewhere = true;
		break;
	case IFLA_CARRIER:
		view->carrier = mnl_attr_get_u8(attr) != 0;
		break;
	case IFLA_OPERSTATE:
		if (mnl_attr_get_u8(attr) < 7)
			view->state = state[mnl_attr_get_u8(attr)];
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int
read_link(const struct nlmsghdr *message, void *data)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	struct link_view *view = data;

	view->index = (unsigned int)link->ifi_index;
	view->flags = link->ifi_flags;
	mnl_attr_parse(message, sizeof(*link), read_attribute, view);
	return MNL_CB_STOP;
}

/* DOC: link_view */
int
link_view(const char *name, struct link_view *view)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_SIZE];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *link;
	struct mnl_socket *socket;
	ssize_t n = -1;
	int result = -1, saved;

	/* No NLM_F_ACK: the link itself is the answer. */
	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST;
	link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_index = (int)if_nametoindex(name);
	if (link->ifi_index == 0)
		return -1;
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (socket == NULL)
		return -1;
	*view = (struct link_view){ .state = "?" };
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) != -1 &&
	    mnl_socket_sendto(socket, message, message->nlmsg_len) != -1)
		n = mnl_socket_recvfrom(socket, buf, sizeof(buf));
	if (n != -1)
		result = mnl_cb_run(buf, (size_t)n, 0, 0, read_link, view);
	saved = errno;
	mnl_socket_close(socket);
	errno = saved;
	return result;
}

/* DOC: link_await */
int
link_await(const char *name, int timeout)
{
	char news[ANSWER_SIZE];
	struct link_view view = { 0 };
	struct mnl_socket *socket;
	struct pollfd pfd = { .events = POLLIN };
	int result = -1, saved;

	/* Subscribe before looking, lest the change fall in between. */
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (socket == NULL)
		return -1;
	if (mnl_socket_bind(socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID) == -1)
		goto out;
	pfd.fd = mnl_socket_get_fd(socket);
	while ((result = link_view(name, &view)) == 0 &&
	    (view.flags & IFF_RUNNING) == 0) {
		result = -1;
		errno = ETIMEDOUT;
		if (poll(&pfd, 1, timeout) != 1)
			break;
		/* It does not matter what happened, nor if news were lost. */
		mnl_socket_recvfrom(socket, news, sizeof(news));
	}
out:
	saved = errno;
	mnl_socket_close(socket);
	errno = saved;
	return result;
}
