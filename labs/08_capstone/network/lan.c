/*
 * lan.c - the bridge that root's boxes share, as docker0 is.
 *
 * It is made by the first box and stays, with the gateway's address on it, for
 * the next.
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <net/if.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "firewall.h"
#include "hairpin.h"
#include "hosts.h"
#include "join.h"
#include "lan.h"
#include "link_view.h"
#include "ports.h"
#include "sweep.h"
#include "veth.h"

#define BRIDGE "boxlab0"

/* The lock of the bridge and its addresses, until it is closed; or -1. */
static int
lock_bridge(const struct state *state, int kind)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/net", state->home);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, kind) == -1) {
		warn("%s", path);
		return -1;
	}
	return fd;
}

/*
 * A port that is ours now may have been a box's that died, and whose rules are
 * still there: they come before ours, so see to it that it is buried.
 */
static int
claim_ports(const struct network_plan *plan)
{
	if (plan->config->port_count == 0)
		return 0;
	if (ports_claim(plan->config, plan->state) == -1)
		return -1;
	sweep(plan->state->home, true);
	return 0;
}

/* An address, a name for the cable, and a line in /etc/hosts. */
int
lan_prepare(struct network_plan *plan)
{
	const struct state *state = plan->state;
	int lock;

	if (pool_find(&plan->pool, BRIDGE) == -1)
		return -1;

	/* Twelve digits of id and a letter fit the 15 bytes of a name. */
	snprintf(plan->link, sizeof(plan->link), "b%s", state->id);
	lock = lock_bridge(state, LOCK_SH);
	if (lock == -1)
		return -1;
	pool_take(&plan->pool, state, plan->own_address);
	close(lock);
	if (plan->own_address[0] == '\0')
		return -1;
	if (network_name(plan, plan->own_address) == -1) {
		pool_free(state->home, plan->own_address);
		return -1;
	}
	if (claim_ports(plan) == 0)
		return 0;
	lan_forget(state->home, state->id, plan->own_address);
	return -1;
}

static bool
bridge_is_up(void)
{
	struct link_view bridge;

	return link_view(BRIDGE, &bridge) == 0 && (bridge.flags & IFF_UP) != 0;
}

/*
 * That it is up is said last, so one that is not up is half-made by a box that
 * was killed.
 */
static int
make_bridge(const struct network_plan *plan)
{
	char cidr[POOL_ADDRESS + 3];

	explain("bridge_create");
	pool_cidr(&plan->pool, plan->pool.gateway, cidr);
	if ((bridge_create(BRIDGE) == -1 && errno != EEXIST) ||
	    (addr_add(BRIDGE, cidr) == -1 && errno != EEXIST)) {
		warn("bridge " BRIDGE " (--network none needs none)");
		return -1;
	}
	explain("firewall_bridge");
	firewall_bridge(BRIDGE, plan->pool.subnet, plan->config->quiet);
	if (link_up(BRIDGE) == 0)
		return 0;
	warn("bridge " BRIDGE);
	return -1;
}

/* Make the bridge, unless a box before us has. */
static int
ensure_bridge(struct network_plan *plan)
{
	struct pool pool;
	int lock, result = 0;

	if (plan->pool.made && bridge_is_up())
		return 0;
	lock = lock_bridge(plan->state, LOCK_EX);
	if (lock == -1)
		return -1;
	if (!bridge_is_up()) {
		result = make_bridge(plan);
	} else if (pool_find(&pool, BRIDGE) == -1 ||
	    strcmp(pool.subnet, plan->pool.subnet) != 0) {
		warnx("another box has made the bridge, for other addresses");
		result = -1;
	}
	close(lock);
	return result;
}

/* The kernel takes a box's cable away some time after the box is gone. */
static int
lay_cable(const char *link, pid_t pid)
{
	explain("veth_create");
	if (veth_create(link, "eth0", pid, BRIDGE) == 0)
		return 0;

	/* So this container, which starts again, may still have its last. */
	if (errno != EEXIST || (link_delete(link) == -1 && errno != ENODEV))
		return -1;
	return veth_create(link, "eth0", pid, BRIDGE);
}

int
lan_connect(struct network_plan *plan, pid_t pid)
{
	const struct config *config = plan->config;

	if (ensure_bridge(plan) == -1)
		return -1;
	if (lay_cable(plan->link, pid) == -1) {
		if (errno == EOPNOTSUPP)
			warnx("the host's link " BRIDGE " is no bridge: rename "
			      "it, or use --network none");
		else if (errno != ESRCH) /* or the box died, and said why */
			warn("veth pair %s", plan->link);
		return -1;
	}
	if (config->port_count == 0)
		return 0;
	if (hairpin_allow(plan->link) == -1)
		warn("hairpin mode of %s", plan->link);
	explain("firewall_publish");
	return firewall_publish(BRIDGE, plan->pool.subnet, config,
	    plan->state->id, plan->own_address);
}

void
lan_configure(const struct network_plan *plan)
{
	char cidr[POOL_ADDRESS + 3];

	pool_cidr(&plan->pool, plan->own_address, cidr);
	explain("addr_add");
	if (addr_add("eth0", cidr) == -1)
		err(EXIT_OWN, "eth0: address %s", cidr);
	if (link_up("eth0") == -1)
		err(EXIT_OWN, "eth0 up");
	explain("route_default");
	if (route_default(plan->pool.gateway) == -1)
		err(EXIT_OWN, "default route through %s", plan->pool.gateway);
}

void
lan_forget(const char *home, const char *id, const char *address)
{
	char link[IF_NAMESIZE];
	FILE *ports = ports_list(home, id);

	if (ports != NULL) {
		fclose(ports);
		firewall_withdraw(id);
	}

	/* Who joined this network keeps it, without the cable. */
	snprintf(link, sizeof(link), "b%s", id);
	if (join_unmark(home, id) && link_delete(link) == -1 && errno != ENODEV)
		warn("veth pair %s", link);
	hosts_remove(home, id, address);

	/* Last, since from here on it may be another's. */
	pool_free(home, address);
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* A cable hangs on it; but a dead box's last one stays for a moment. */
static bool
in_use(void)
{
	struct link_view bridge;

	for (int tries = 0; tries < 100; tries++) {
		if (link_view(BRIDGE, &bridge) == -1 ||
		    (bridge.flags & IFF_RUNNING) == 0)
			return false;
		poll(NULL, 0, 10);
	}
	return true;
}

int
lan_prune(const struct state *state)
{
	char path[PATH_MAX];
	struct dirent **entries;
	int lock = lock_bridge(state, LOCK_EX), n;

	/* Who takes an address has the lock too: no box, no race. */
	file_path(path, sizeof(path), "%s/net", state->home);
	n = scandir(path, &entries, not_hidden, NULL);
	if (lock == -1 || n != 0 || if_nametoindex(BRIDGE) == 0) {
		close(lock);
		return lock == -1 ? -1 : 0;
	}
	/* Those of another home are not listed in ours. */
	if (in_use()) {
		close(lock);
		return 0;
	}
	if (firewall_withdraw(NULL) == 0 && link_delete(BRIDGE) == 0) {
		close(lock);
		return 0;
	}
	warn("bridge " BRIDGE);
	close(lock);
	return -1;
}
