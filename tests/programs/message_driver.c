/*
 * message_driver - a netlink message of lab 03, read by the kernel's macros.
 *
 * usage: message_driver STRING [more]
 *
 * Prints "type length text" for each attribute.  With a second argument it
 * then goes on until the message is full.
 */

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

int
main(int argc, char *argv[])
{
	_Alignas(8) char buf[MESSAGE_MAX];
	struct nlmsghdr *m = message_start(buf, RTM_NEWLINK, NLM_F_REQUEST);
	struct ifinfomsg *link = message_put(m, sizeof(*link));
	struct nlattr *nest;
	struct rtattr *a = (struct rtattr *)(link + 1);
	int left;

	message_put_string(m, 3, argv[1]);
	nest = message_nest(m, 18);
	message_put_u32(m, 7, 42);
	message_put_string(m, 1, "x");
	message_nest_end(m, nest);
	message_put_u32(m, 9, 43);
	left = (int)(m->nlmsg_len - NLMSG_LENGTH(sizeof(*link)));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		printf("%d %d %.9s.\n", a->rta_type, (int)RTA_PAYLOAD(a),
		    a->rta_type == 3 ? (char *)RTA_DATA(a) : "");
	printf("left %d type %d\n", left, m->nlmsg_type);
	fflush(stdout);
	while (argc > 2)
		message_put_u32(m, 1, 1);
	return 0;
}
