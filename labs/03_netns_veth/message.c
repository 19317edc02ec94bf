/*
 * message.c - lay out a netlink message.
 *
 * All is length, type, value: a message is, and so is each attribute in it,
 * and an attribute's value may be attributes again.  Each starts at a multiple
 * of four bytes; a length counts its header, but not the padding behind.
 *
 * Read: netlink(7), netlink(3), linux/netlink.h.
 */

#include <err.h>
#include <string.h>

#include "exit.h"
#include "message.h"

/* DOC: message_start */
struct nlmsghdr *
message_start(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = buf;

	*message = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = type,
		.nlmsg_flags = flags,
	};
	return message;
}

/* DOC: message_put */
void *
message_put(struct nlmsghdr *message, size_t size)
{
	void *end = (char *)message + message->nlmsg_len;

	size = NLMSG_ALIGN(size);
	if (message->nlmsg_len + size > MESSAGE_MAX)
		errx(EXIT_OWN, "a netlink message of more than %d bytes",
		    MESSAGE_MAX);
	message->nlmsg_len += (uint32_t)size;
	return memset(end, 0, size);
}

static void
put_attribute(
    struct nlmsghdr *message, uint16_t type, const void *value, size_t size)
{
	struct nlattr *attr = message_put(message, NLA_HDRLEN + size);

	attr->nla_len = (uint16_t)(NLA_HDRLEN + size);
	attr->nla_type = type;
	memcpy((char *)attr + NLA_HDRLEN, value, size);
}

/* DOC: message_put_u32 */
void
message_put_u32(struct nlmsghdr *message, uint16_t type, uint32_t value)
{
	put_attribute(message, type, &value, sizeof(value));
}

/* DOC: message_put_string */
void
message_put_string(struct nlmsghdr *message, uint16_t type, const char *text)
{
	put_attribute(message, type, text, strlen(text) + 1);
}

/* DOC: message_nest */
struct nlattr *
message_nest(struct nlmsghdr *message, uint16_t type)
{
	struct nlattr *nest = message_put(message, NLA_HDRLEN);

	nest->nla_type = type | NLA_F_NESTED;
	return nest;
}

/* DOC: message_nest_end */
void
message_nest_end(struct nlmsghdr *message, struct nlattr *nest)
{
	const char *end = (char *)message + message->nlmsg_len;

	nest->nla_len = (uint16_t)(end - (char *)nest);
}
