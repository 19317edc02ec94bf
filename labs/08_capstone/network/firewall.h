/* firewall.h - rules of nftables that let boxes out, and callers in. */

#ifndef FIREWALL_H
#define FIREWALL_H

#include "config.h"
#include "state.h"

/*
 * All need CAP_NET_ADMIN and run nft(8), which takes some ten milliseconds:
 * so only once for the bridge, and for boxes with ports.
 */

/*
 * The table "boxlab", for all boxes on a bridge whose network is subnet, as
 * "10.16.8.0/24": masquerade what leaves it for elsewhere, let nobody in from
 * elsewhere who was not asked or let in by a port, and no box at the host's
 * own 127.0.0.1.  And have the kernel forward packets, which it does for the
 * whole host.  Boxes do without if that cannot be; it is said then, and unless
 * quiet that nft is missing or that forwarding is new.
 */
void firewall_bridge(const char *bridge, const char *subnet, bool quiet);

/*
 * The same again, a table "boxlab-ID" of the ports that lead to address, and
 * 127.0.0.1 as one of the ways there.  -1 with one line said on failure.
 */
int firewall_publish(const char *bridge, const char *subnet,
    const struct config *config, const char *id, const char *address);

/*
 * Remove the table of a box, or with NULL the one for all.  Harmless without.
 * -1 with one line said on failure.
 */
int firewall_withdraw(const char *id);

#endif
