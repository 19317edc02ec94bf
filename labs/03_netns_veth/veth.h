/* veth.h - virtual cables and switches, their addresses and routes. */

#ifndef VETH_H
#define VETH_H

#include <sys/types.h>

/*
 * All act on the network namespace that the caller is in, and need
 * CAP_NET_ADMIN over it.  A link is named as in ip-link(8), with at most 15
 * bytes.  They return 0, or -1 with errno and nothing changed: the error the
 * kernel answered, or ENODEV (no link of that name), ENAMETOOLONG.
 */

/* Switch a link on, as "ip link set NAME up". */
int link_up(const char *name);

/* Remove a link.  Of a veth pair the other end goes too, wherever it is. */
int link_delete(const char *name);

/*
 * Make a cable with the ends name and peer, both down.  If pid is not 0, the
 * peer appears in the network namespace of that process, and never here.  If
 * bridge is not NULL, the near end is made a port of it and switched on.
 * It is all one message, so it happens at once or not at all.  Call it in the
 * parent, once the child has left for its namespace.  See veth(4).
 */
int veth_create(
    const char *name, const char *peer, pid_t pid, const char *bridge);

/*
 * Move a link into the network namespace of a process.  It arrives there down
 * and without its addresses.
 */
int link_move(const char *name, pid_t pid);

/* Make a bridge, a switch in software, without ports and down. */
int bridge_create(const char *name);

/* Plug a link, the near end of a cable, into a bridge. */
int bridge_attach(const char *bridge, const char *port);

/*
 * Give a link an IPv4 address with the length of its network's prefix, as
 * "10.16.8.1/24".  EINVAL for any other text.
 */
int addr_add(const char *name, const char *cidr);

/*
 * Send what is for no known network through an IPv4 gateway.  The link that
 * leads there must be up and have its address, else ENETUNREACH.
 */
int route_default(const char *gateway);

#endif
