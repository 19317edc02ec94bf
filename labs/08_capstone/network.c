/*
 * network.c - a cable from the box to a bridge on the host, as docker0 is.
 *
 * The bridge is made by the first box and stays, with the gateway's address
 * on it, for the next.  What else belongs to a network is in files of its own:
 * the addresses in pool.c, the names in hosts.c, the ports in ports.c, the
 * rules for what goes through in firewall.c, and the other kinds of network in
 * join.c and pasta.c.
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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
#include "link_view.h"
#include "network.h"
#include "pasta.h"
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

/* Does the user bring a file of their own? */
static bool
has_hosts(const struct config *config)
{
	for (size_t i = 0; i < config->volume_count; i++)
		if (strcmp(config->volumes[i].target, "/etc/hosts") == 0)
			return true;
	return false;
}

int
network_name(struct network_plan *plan, const char *address)
{
	if (!has_hosts(plan->config))
		strlcpy(plan->address, address, sizeof(plan->address));
	return hosts_add(plan->state->home, plan->state->id, address,
	    plan->config->hostname, plan->state->name);
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
static int
prepare_bridge(struct network_plan *plan)
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
	if (claim_ports(plan) == -1) {
		network_release(plan, state);
		return -1;
	}
	return 0;
}

/* What nobody asked for: root has a bridge; others one only for ports. */
static enum network
choose_kind(const struct config *config, bool rootless)
{
	if (config->network != NETWORK_DEFAULT)
		return config->network;
	if (!rootless)
		return NETWORK_BRIDGE;
	if (config->port_count > 0)
		return NETWORK_PASTA;
	if (!config->quiet)
		warnx("no bridge: without root, loopback only "
		      "(or --network pasta)");
	return NETWORK_NONE;
}

int
network_prepare(struct network_plan *plan, const struct config *config,
    const struct state *state, bool rootless)
{
	*plan = (struct network_plan){
		.kind = choose_kind(config, rootless),
		.config = config,
		.state = state,
		.join = -1,
	};
	if (config->port_count > 0 && plan->kind != NETWORK_BRIDGE &&
	    plan->kind != NETWORK_PASTA) {
		warnx("-p: only a box with --network bridge or pasta has ports "
		      "to publish");
		return -1;
	}
	switch (plan->kind) {
	case NETWORK_CONTAINER:
		return join_prepare(plan);
	case NETWORK_PASTA:
		if (rootless)
			return pasta_prepare(plan);
		warnx("--network pasta: for a plain user; root has bridge");
		return -1;
	case NETWORK_BRIDGE:
		if (!rootless)
			return prepare_bridge(plan);
		warnx("--network bridge: a link on the host needs root "
		      "(or the virtual machine: make vm; or --network pasta)");
		return -1;
	default:
		return 0;
	}
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

static int
connect_bridge(struct network_plan *plan, pid_t pid)
{
	const struct config *config = plan->config;

	if (ensure_bridge(plan) == -1)
		return -1;
	explain("veth_create");
	if (veth_create(plan->link, "eth0", pid, BRIDGE) == -1) {
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

int
network_connect(struct network_plan *plan, pid_t pid)
{
	join_record(plan->state, pid);
	if (plan->kind == NETWORK_BRIDGE)
		return connect_bridge(plan, pid);
	if (plan->kind == NETWORK_PASTA)
		return pasta_start(plan, pid);
	return 0;
}

void
network_enter(struct network_plan *plan)
{
	if (plan->kind == NETWORK_CONTAINER)
		join_enter(plan);
	if (plan->kind == NETWORK_PASTA)
		pasta_show(true);
}

void
network_configure(const struct network_plan *plan)
{
	char cidr[POOL_ADDRESS + 3];

	if (plan->kind == NETWORK_HOST || plan->kind == NETWORK_CONTAINER)
		return;
	if (plan->kind == NETWORK_PASTA)
		pasta_show(false);
	explain("link_up");
	if (link_up("lo") == -1)
		err(EXIT_OWN, "lo up");
	if (plan->kind != NETWORK_BRIDGE)
		return;
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

/* Remove the rules, the names, and last the address, which others wait for. */
static void
forget(const char *home, const char *id, const char *address)
{
	char link[IF_NAMESIZE];
	FILE *ports = ports_list(home, id);

	if (ports != NULL) {
		fclose(ports);
		firewall_withdraw(id);
	}
	/* A box that joined this one's network keeps it, but not the address. */
	snprintf(link, sizeof(link), "b%s", id);
	if (join_unmark(home, id) && link_delete(link) == -1 && errno != ENODEV)
		warn("veth pair %s", link);
	hosts_remove(home, id);
	pool_free(home, address);
}

void
network_release(struct network_plan *plan, const struct state *state)
{
	if (plan->kind == NETWORK_BRIDGE && plan->own_address[0] != '\0')
		forget(state->home, state->id, plan->own_address);
	if (plan->join != -1) {
		close(plan->join);
		join_forget(state->home, state->id);
	}
	if (plan->kind == NETWORK_PASTA)
		pasta_stop(plan);
	if (plan->config->port_count > 0)
		ports_release(plan->config, state);
}

void
network_forget(const char *home, const char *id)
{
	char address[POOL_ADDRESS];

	if (pool_lookup(home, id, address) == 0)
		forget(home, id, address);
	join_forget(home, id);
	ports_forget(home, id);
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
network_prune(const struct state *state)
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
	if (firewall_withdraw(NULL) == 0 && link_delete(BRIDGE) == 0) {
		close(lock);
		return 0;
	}
	warn("bridge " BRIDGE);
	close(lock);
	return -1;
}
