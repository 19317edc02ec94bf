/* links.c - links and addresses of this network. */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <net/if.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "links.h"
#include "veth.h"

static _Noreturn void
bad_cidr(const char *cidr)
{
	errx(EXIT_OWN,
	    "%s: not an IPv4 address with its prefix, such as 10.16.8.1/24",
	    cidr);
}

void
cidr_nth(char text[CIDR_SIZE], const char *cidr, unsigned int n)
{
	size_t length = strcspn(cidr, "/");
	const char *prefix = cidr + length;
	struct in_addr address;

	if (*prefix == '\0' || length >= INET_ADDRSTRLEN ||
	    strlen(prefix) > strlen("/32"))
		bad_cidr(cidr);
	strlcpy(text, cidr, length + 1);
	if (inet_pton(AF_INET, text, &address) != 1)
		bad_cidr(cidr);
	address.s_addr = htonl(ntohl(address.s_addr) + n);
	inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
	strlcat(text, prefix, CIDR_SIZE);
}

void
address_nth(char text[CIDR_SIZE], const char *cidr, unsigned int n)
{
	cidr_nth(text, cidr, n);
	text[strcspn(text, "/")] = '\0';
}

void
give_address(const char *link, const char *cidr)
{
	if (addr_add(link, cidr) == 0)
		return;
	if (errno == EINVAL)
		bad_cidr(cidr);
	err(EXIT_OWN, "address %s on %s", cidr, link);
}

void
switch_on(const char *link)
{
	if (link_up(link) == -1)
		err(EXIT_OWN, "%s up", link);
}

bool
has_address(const char *address)
{
	struct ifaddrs *list, *i;
	char text[INET_ADDRSTRLEN];
	struct sockaddr_in in;
	bool found = false;

	if (getifaddrs(&list) == -1)
		err(EXIT_OWN, "getifaddrs");
	for (i = list; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&in, i->ifa_addr, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
		found |= strcmp(text, address) == 0;
	}
	freeifaddrs(list);
	return found;
}

struct link_view
look_at(enum say_who who, const char *link)
{
	struct link_view view;
	char peer[IFNAMSIZ + 1] = "";

	if (link_view(link, &view) == -1)
		err(EXIT_OWN, "link %s", link);
	if (view.peer_elsewhere)
		snprintf(peer, sizeof(peer), "@if%u", view.peer);
	else if (view.peer != 0 && if_indextoname(view.peer, peer + 1) != NULL)
		peer[0] = '@';
	say(who, "%u: %s%s  switched %s, state %s", view.index, link, peer,
	    (view.flags & IFF_UP) != 0 ? "on" : "off", view.state);
	return view;
}
