/*
 * addr.c - addresses and routes: what makes a link reach somewhere.
 *
 * The prefix length says which addresses are at the other side of the link.
 * From it the kernel makes a route by itself, once the link is up; the default
 * route is for all the rest.
 *
 * Read: rtnetlink(7), ip-address(8), ip-route(8).
 */

#define _GNU_SOURCE
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtnl.h"
#include "veth.h"

/* "10.16.8.1/24" in parts, the address in network byte order. */
static int
parse_cidr(const char *cidr, uint32_t *address, uint8_t *prefix)
{
	char text[INET_ADDRSTRLEN];
	size_t length = strcspn(cidr, "/"), digits;

	if (length >= sizeof(text) || cidr[length] != '/')
		goto invalid;
	memcpy(text, cidr, length);
	text[length] = '\0';
	if (inet_pton(AF_INET, text, address) != 1)
		goto invalid;

	/* Digits and nothing else: strtoul(3) alone takes " +24" as well. */
	cidr += length + 1;
	digits = strspn(cidr, "0123456789");
	if (digits < 1 || digits > 2 || cidr[digits] != '\0')
		goto invalid;
	*prefix = (uint8_t)strtoul(cidr, NULL, 10);
	if (*prefix <= 32)
		return 0;
invalid:
	errno = EINVAL;
	return -1;
}

/* DOC: addr_add */
int
addr_add(const char *name, const char *cidr)
{
	struct rtnl r;
	struct nlmsghdr *message;
	struct ifaddrmsg *header;
	uint32_t address;
	uint8_t prefix;

	if (parse_cidr(cidr, &address, &prefix) == -1)
		return -1;
	message = rtnl_start(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	header = message_put(message, sizeof(*header));
	header->ifa_family = AF_INET;
	header->ifa_prefixlen = prefix;
	header->ifa_index = if_nametoindex(name);
	if (header->ifa_index == 0)
		return -1;

	/* On a line between two, IFA_ADDRESS would be the far one's. */
	message_put_u32(message, IFA_LOCAL, address);
	message_put_u32(message, IFA_ADDRESS, address);

	/* All host bits set.  A network of two or one has no room for it. */
	if (prefix < 31)
		message_put_u32(message, IFA_BROADCAST,
		    address | htonl(UINT32_MAX >> prefix));
	return rtnl_talk(message);
}

/* DOC: route_default */
int
route_default(const char *gateway)
{
	struct rtnl r;
	struct nlmsghdr *message;
	struct rtmsg *route;
	uint32_t address;

	if (inet_pton(AF_INET, gateway, &address) != 1) {
		errno = EINVAL;
		return -1;
	}

	/* A prefix of length 0, as rtm_dst_len is, matches every address. */
	message = rtnl_start(&r, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	route = message_put(message, sizeof(*route));
	route->rtm_family = AF_INET;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_BOOT;
	route->rtm_scope = RT_SCOPE_UNIVERSE;
	route->rtm_type = RTN_UNICAST;
	message_put_u32(message, RTA_GATEWAY, address);
	return rtnl_talk(message);
}
