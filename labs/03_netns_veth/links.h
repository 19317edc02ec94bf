/* links.h - links and addresses of this network, as the program needs them. */

#ifndef LINKS_H
#define LINKS_H

#include <netinet/in.h>

#include <stdbool.h>

#include "link_view.h"
#include "say.h"

/* Room for "255.255.255.255/32". */
#define CIDR_SIZE (INET_ADDRSTRLEN + 3)

enum {
	PATIENCE = 1500, /* ms for what must come */
};

/*
 * The n-th address after that of cidr: 2 after "10.16.8.1/24" comes
 * "10.16.8.3/24", or without its prefix "10.16.8.3".  Exit on a bad cidr.
 */
void cidr_nth(char text[CIDR_SIZE], const char *cidr, unsigned int n);
void address_nth(char text[CIDR_SIZE], const char *cidr, unsigned int n);

/* addr_add() and link_up(), but exit on failure. */
void give_address(const char *link, const char *cidr);
void switch_on(const char *link);

/* Has this network the address, on whichever link?  Exits on failure. */
bool has_address(const char *address);

/* Say how a link is, much as ip-link(8) does.  Exits if there is none. */
struct link_view look_at(enum say_who who, const char *link);

#endif
