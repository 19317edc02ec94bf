/*
 * network.c - how a box is connected: to a bridge, to another box, or not.
 *
 * Which kind it is is decided here; what belongs to it is done elsewhere: the
 * bridge in lan.c, its addresses in pool.c, the names in hosts.c, the ports in
 * ports.c, the rules for what goes through in firewall.c, and the other kinds
 * in join.c and pasta.c.
 */

#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "hosts.h"
#include "join.h"
#include "lan.h"
#include "network.h"
#include "pasta.h"
#include "ports.h"
#include "veth.h"

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
	const struct state *state = plan->state;
	struct facts now;
	bool known = facts_read(state->dir, &now) == 0;

	if (!has_hosts(plan->config))
		strlcpy(plan->address, address, sizeof(plan->address));
	return hosts_add(state->home, state->id, address,
	    plan->config->hostname, known ? now.name : state->name);
}

int
network_rename(
    const struct state *state, const char *hostname, const char *name)
{
	char address[POOL_ADDRESS], owner[STATE_ID_SIZE];

	strlcpy(owner, state->id, sizeof(owner));
	join_owner(state->home, owner);
	if (pool_lookup(state->home, owner, address) == -1)
		return 0;
	if (hosts_add(state->home, state->id, address, hostname, name) == -1)
		return -1;

	/* It may have ended, and been taken out of the file, meanwhile. */
	strlcpy(owner, state->id, sizeof(owner));
	join_owner(state->home, owner);
	if (pool_lookup(state->home, owner, address) == -1)
		hosts_remove(state->home, state->id, "");
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
		.pasta_lives = -1,
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
			return lan_prepare(plan);
		warnx("--network bridge: a link on the host needs root "
		      "(or the virtual machine: make vm; or --network pasta)");
		return -1;
	default:
		return 0;
	}
}

int
network_connect(struct network_plan *plan, pid_t pid)
{
	if (plan->kind == NETWORK_BRIDGE)
		return lan_connect(plan, pid);
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
	if (plan->kind == NETWORK_HOST || plan->kind == NETWORK_CONTAINER)
		return;
	if (plan->kind == NETWORK_PASTA)
		pasta_show(false);
	explain("link_up");
	if (link_up("lo") == -1)
		err(EXIT_OWN, "lo up");
	if (plan->kind == NETWORK_BRIDGE)
		lan_configure(plan);
}

void
network_release(struct network_plan *plan, const struct state *state)
{
	if (plan->kind == NETWORK_BRIDGE && plan->own_address[0] != '\0')
		lan_forget(state->home, state->id, plan->own_address);
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
		lan_forget(home, id, address);
	join_forget(home, id);
	ports_forget(home, id);
}
