/*
 * rtnl.c - a conversation with the kernel over rtnetlink.
 *
 * The network is configured by messages on a socket: a header that says what
 * to do, a fixed structure for the kind of object, then attributes, each with
 * a length and a type.  libmnl lays the bytes out; what they say is ours.
 *
 * Read: netlink(7), rtnetlink(7), and the documentation of libmnl.
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include "rtnl.h"

/* DOC: rtnl_start */
struct nlmsghdr *
rtnl_start(struct rtnl *r, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(r->buf);

	/* Without NLM_F_ACK the kernel answers only when it fails. */
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return message;
}

/* DOC: rtnl_start_link */
struct nlmsghdr *
rtnl_start_link(struct rtnl *r, uint16_t type, const char *name)
{
	struct nlmsghdr *message = rtnl_start(r, type, 0);
	struct ifinfomsg *link;

	/* To the kernel a link is its index; the name may change. */
	link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_index = (int)if_nametoindex(name);
	return link->ifi_index == 0 ? NULL : message;
}

/* DOC: rtnl_start_new_link */
struct nlmsghdr *
rtnl_start_new_link(struct rtnl *r, const char *name)
{
	struct nlmsghdr *message;

	if (strlen(name) >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		return NULL;
	}

	/* Without NLM_F_EXCL a link of that name would be changed instead. */
	message = rtnl_start(r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return message;
}

/* Send, receive, and let libmnl turn an error message into errno. */
static int
exchange(struct mnl_socket *socket, const struct nlmsghdr *message)
{
	_Alignas(struct nlmsghdr) char answer[1024];
	ssize_t n;

	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == -1 ||
	    mnl_socket_sendto(socket, message, message->nlmsg_len) == -1)
		return -1;
	n = mnl_socket_recvfrom(socket, answer, sizeof(answer));
	if (n == -1)
		return -1;

	/*
	 * Sending succeeds even for nonsense.  The verdict is in the answer:
	 * an NLMSG_ERROR, whose number is 0 when all went well.
	 */
	if (mnl_cb_run(answer, (size_t)n, message->nlmsg_seq,
		mnl_socket_get_portid(socket), NULL, NULL) == -1)
		return -1;
	return 0;
}

/* DOC: rtnl_talk */
int
rtnl_talk(const struct nlmsghdr *message)
{
	struct mnl_socket *socket;
	int result, saved;

	/*
	 * A socket stays in the namespace it was opened in, even when its
	 * process moves on.  So open a new one each time: it costs little.
	 */
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (socket == NULL)
		return -1;
	result = exchange(socket, message);
	saved = errno;
	mnl_socket_close(socket);
	errno = saved;
	return result;
}
