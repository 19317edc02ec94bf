/*
 * rtnl.c - a conversation with the kernel over rtnetlink.
 *
 * The network is configured by messages on a socket: a header that says what
 * to do, a fixed structure for the kind of object, then attributes.  Each is
 * answered, and the answer is the only verdict: sending succeeds even for
 * nonsense.
 *
 * Read: netlink(7), rtnetlink(7).
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "rtnl.h"

/* DOC: rtnl_start */
struct nlmsghdr *
rtnl_start(struct rtnl *r, uint16_t type, uint16_t flags)
{
	/* Without NLM_F_ACK the kernel answers only when it fails. */
	return message_start(r->buf, type, NLM_F_REQUEST | NLM_F_ACK | flags);
}

/* DOC: rtnl_start_link */
struct nlmsghdr *
rtnl_start_link(struct rtnl *r, uint16_t type, const char *name)
{
	struct nlmsghdr *message = rtnl_start(r, type, 0);
	struct ifinfomsg *link = message_put(message, sizeof(*link));

	/* To the kernel a link is its index; the name may change. */
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
	message_put(message, sizeof(struct ifinfomsg));
	message_put_string(message, IFLA_IFNAME, name);
	return message;
}

/* DOC: rtnl_open */
int
rtnl_open(uint32_t groups)
{
	const struct sockaddr_nl us = {
		.nl_family = AF_NETLINK,
		.nl_groups = groups,
	};
	int fd, saved;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd == -1)
		return -1;
	if (bind(fd, (const struct sockaddr *)&us, sizeof(us)) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* What the answer of n bytes says: 0, or -1 with the kernel's errno. */
static int
verdict(const struct nlmsghdr *answer, size_t n)
{
	const struct nlmsgerr *error = NLMSG_DATA(answer);

	if (n < NLMSG_HDRLEN || answer->nlmsg_len > n) {
		errno = EBADMSG;
		return -1;
	}
	if (answer->nlmsg_type != NLMSG_ERROR)
		return 0;

	/* A plain yes is an "error" too, of number 0. */
	errno = -error->error;
	return error->error == 0 ? 0 : -1;
}

/* DOC: rtnl_ask */
int
rtnl_ask(const struct nlmsghdr *message, void *answer, size_t size)
{
	ssize_t n = -1;
	int saved, fd;

	/*
	 * A socket stays in the namespace it was opened in, even when its
	 * process moves on.  So open a new one each time: it costs little.
	 */
	fd = rtnl_open(0);
	if (fd == -1)
		return -1;
	if (send(fd, message, message->nlmsg_len, 0) != -1)
		n = recv(fd, answer, size, 0);
	saved = errno;
	close(fd);
	errno = saved;
	return n == -1 ? -1 : verdict(answer, (size_t)n);
}

/* DOC: rtnl_talk */
int
rtnl_talk(const struct nlmsghdr *message)
{
	/* A no comes with the message that it is about. */
	_Alignas(struct nlmsghdr) char answer[2 * MESSAGE_MAX];

	return rtnl_ask(message, answer, sizeof(answer));
}
