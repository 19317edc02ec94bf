/*
 * network.c - a cable from the box to a bridge on the host, as docker0 is.
 *
 * The bridge is made by the first box and stays, with the gateway's address
 * on it, for the next.  An address of a box is a symbolic link in the state
 * directory: symlink(2) fails when it is taken, so two boxes that start at
 * once never get the same.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "link_view.h"
#include "network.h"
#include "sweep.h"
#include "veth.h"

#define BRIDGE "boxlab0"
#define SUBNET "10.16.8."
#define GATEWAY SUBNET "1"
#define PREFIX "/24"

enum {
	FIRST_HOST = 2,
	LAST_HOST = 254,
};

static int
take_address(struct network_plan *plan, const struct state *state)
{
	char path[PATH_MAX];

	for (int host = FIRST_HOST; host <= LAST_HOST; host++) {
		snprintf(
		    plan->address, sizeof(plan->address), SUBNET "%d", host);
		file_path(path, sizeof(path), "%s/net/%s", state->home,
		    plan->address);
		if (symlink(state->id, path) == 0)
			return 0;
		if (errno != EEXIST) {
			warn("%s", path);
			return -1;
		}
	}
	warnx("every address in " SUBNET "0" PREFIX " is taken");
	return -1;
}

int
network_prepare(struct network_plan *plan, const struct config *config,
    const struct state *state, bool rootless)
{
	*plan = (struct network_plan){ .kind = config->network };
	if (plan->kind == NETWORK_DEFAULT) {
		if (rootless && !config->quiet)
			warnx("no bridge: without root, loopback only");
		plan->kind = rootless ? NETWORK_NONE : NETWORK_BRIDGE;
	}
	if (plan->kind != NETWORK_BRIDGE)
		return 0;
	if (rootless) {
		warnx("--network bridge: a link on the host needs root "
		      "(or the virtual machine: make vm)");
		return -1;
	}

	/* Twelve digits of id and a letter fit the 15 bytes of a name. */
	snprintf(plan->link, sizeof(plan->link), "b%s", state->id);
	return take_address(plan, state);
}

/*
 * Make the bridge, unless a box before us has.  That it is up is said last,
 * so one that is not up is half-made: by a box that was killed, or by one
 * that is at it now, and then nothing is lost by both doing it.
 */
static int
ensure_bridge(void)
{
	struct link_view bridge;

	if (link_view(BRIDGE, &bridge) == 0 && (bridge.flags & IFF_UP) != 0)
		return 0;
	explain("bridge_create");
	if (bridge_create(BRIDGE) == -1 && errno != EEXIST)
		return -1;
	if (addr_add(BRIDGE, GATEWAY PREFIX) == -1 && errno != EEXIST)
		return -1;
	return link_up(BRIDGE);
}

int
network_connect(const struct network_plan *plan, pid_t pid)
{
	if (plan->kind != NETWORK_BRIDGE)
		return 0;
	if (ensure_bridge() == -1) {
		warn("bridge " BRIDGE " (--network none needs none)");
		return -1;
	}
	explain("veth_create");
	if (veth_create(plan->link, "eth0", pid, BRIDGE) == -1) {
		if (errno == EOPNOTSUPP)
			warnx("the host's link " BRIDGE " is no bridge: rename "
			      "it, or use --network none");
		else if (errno != ESRCH) /* or the box died, and said why */
			warn("veth pair %s", plan->link);
		return -1;
	}
	return 0;
}

void
network_configure(const struct network_plan *plan)
{
	char cidr[sizeof(plan->address) + sizeof(PREFIX)];

	if (plan->kind == NETWORK_HOST)
		return;
	explain("link_up");
	if (link_up("lo") == -1)
		err(EXIT_OWN, "lo up");
	if (plan->kind != NETWORK_BRIDGE)
		return;
	snprintf(cidr, sizeof(cidr), "%s" PREFIX, plan->address);
	explain("addr_add");
	if (addr_add("eth0", cidr) == -1)
		err(EXIT_OWN, "eth0: address %s", cidr);
	if (link_up("eth0") == -1)
		err(EXIT_OWN, "eth0 up");
	explain("route_default");
	if (route_default(GATEWAY) == -1)
		err(EXIT_OWN, "default route through " GATEWAY);
}

void
network_release(const struct network_plan *plan, const struct state *state)
{
	if (plan->address[0] != '\0')
		sweep_address(state->home, state->id);
}

int
network_prune(const struct state *state)
{
	char path[PATH_MAX];

	/* rmdir(2) refuses while there is an address in it: no box, no race. */
	file_path(path, sizeof(path), "%s/net", state->home);
	if (rmdir(path) == -1)
		return 0;
	if (if_nametoindex(BRIDGE) == 0 || link_delete(BRIDGE) == 0)
		return 0;
	warn("bridge " BRIDGE);
	return -1;
}
