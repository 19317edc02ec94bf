/* network.h - how a box is connected: to a bridge, to another box, or not. */

#ifndef NETWORK_H
#define NETWORK_H

#include <sys/types.h>

#include <net/if.h>
#include <stdbool.h>

#include "config.h"
#include "pool.h"
#include "state.h"

struct network_plan {
	enum network kind; /* never NETWORK_DEFAULT */
	char own_address[POOL_ADDRESS]; /* that it has taken; or "" */
	char
	    address[POOL_ADDRESS]; /* the same, for rootfs_mount(): see there */
	char link[IF_NAMESIZE]; /* the host's end of the cable */
	struct pool pool;
	int join; /* a pidfd of the box to join, or -1 */
	pid_t pasta; /* the process that the network depends on, or 0 */
	int pasta_lives; /* and the pipe that it ends with, or -1 */
	const struct config *config;
	const struct state *state;
};

/*
 * Decide how the box shall be connected.  For a bridge take an address, and
 * the ports of the host; for the network of another box see that it runs.
 * rootless: nobody here has a right over the host's links.  Returns -1,
 * with one line said, when it cannot be done; nothing is left then.
 */
int network_prepare(struct network_plan *plan, const struct config *config,
    const struct state *state, bool rootless);

/*
 * For network_prepare(): give the box its names, at an address.  -1 with one
 * line said on failure.
 */
int network_name(struct network_plan *plan, const char *address);

/*
 * Give a container, if it has an address or shares one, a new name there.  -1
 * with one line said on failure.
 */
int network_rename(
    const struct state *state, const char *hostname, const char *name);

/*
 * In the box, once it has left the host's network unless that is its own: go
 * on to that of another box, or let pasta(1) in.  Exits on failure.
 */
void network_enter(struct network_plan *plan);

/*
 * On the host, once process pid has a network namespace: make the bridge
 * unless it is there, a cable from it into that namespace, and the way to its
 * ports; or start pasta(1) for it.  -1 with one line said on failure.  Needs
 * CAP_NET_ADMIN on both sides.
 */
int network_connect(struct network_plan *plan, pid_t pid);

/*
 * In the box, after network_connect(): loopback up, and eth0 with its address
 * and the bridge as the way out.  Exits on failure.
 */
void network_configure(const struct network_plan *plan);

/*
 * Give back what network_prepare() took, and undo the rules for its ports.
 * The kernel removes the cable with the namespace.
 */
void network_release(struct network_plan *plan, const struct state *state);

/* The same for a box that died, as far as disk can tell. */
void network_forget(const char *home, const char *id);

#endif
