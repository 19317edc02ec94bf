/* network.h - a cable from the box to a bridge on the host. */

#ifndef NETWORK_H
#define NETWORK_H

#include <sys/types.h>

#include <net/if.h>
#include <stdbool.h>

#include "config.h"
#include "state.h"

struct network_plan {
	enum network kind; /* never NETWORK_DEFAULT */
	char address[16]; /* of the box, "" without a bridge */
	char link[IF_NAMESIZE]; /* the host's end of the cable */
};

/*
 * Decide how the box shall be connected, and for a bridge take an address.
 * rootless: nobody here has a right over the host's links.  Returns -1, with
 * one line said, when it cannot be done; nothing is left then.
 */
int network_prepare(struct network_plan *plan, const struct config *config,
    const struct state *state, bool rootless);

/*
 * On the host, once process pid has a network namespace: make the bridge
 * unless it is there, and a cable from it into that namespace.  -1 with one
 * line said on failure.  Needs CAP_NET_ADMIN on both sides.
 */
int network_connect(const struct network_plan *plan, pid_t pid);

/*
 * In the box, after network_connect(): loopback up, and eth0 with its address
 * and the bridge as the way out.  Exits on failure.
 */
void network_configure(const struct network_plan *plan);

/* Give the address back.  The kernel removes the cable with the namespace. */
void network_release(
    const struct network_plan *plan, const struct state *state);

/*
 * Remove the bridge, unless a box has an address on it.  -1 with one line
 * said on failure; no bridge is no failure.
 */
int network_prune(const struct state *state);

#endif
