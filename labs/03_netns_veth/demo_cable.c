/* demo_cable.c - first half: an empty network, a cable, and a name. */

#define _GNU_SOURCE
#include <net/if.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "exit.h"
#include "icmp.h"
#include "links.h"
#include "netns.h"
#include "nsid.h"
#include "run.h"
#include "veth.h"

#define KEPT "boxed" /* the name that the box leaves behind */

/* In the box: nothing there but lo, and that must be switched on. */
static void
show_loopback(void)
{
	struct if_nameindex *list, *i;
	char names[256] = "";
	bool down = true, lo = false;
	struct link_view view;
	long us;

	list = if_nameindex();
	if (list == NULL)
		err(EXIT_OWN, "if_nameindex");
	for (i = list; i->if_name != NULL; i++) {
		down &= link_view(i->if_name, &view) == 0 &&
		    (view.flags & IFF_UP) == 0;
		lo |= strcmp(i->if_name, "lo") == 0;
		strlcat(names, " ", sizeof(names));
		strlcat(names, i->if_name, sizeof(names));
	}
	if_freenameindex(list);
	say_claim(SAY_BOX, lo && down,
	    "net:[%ju] is new and has but%s, which is down",
	    (uintmax_t)ns_id(0, "net"), names);
	us = icmp_ping("127.0.0.1", PATIENCE);
	say_claim(SAY_BOX, us == -1, "ping 127.0.0.1, myself: %s",
	    us == -1 ? strerror(errno) : "answered");
	switch_on("lo");
	look_at(SAY_BOX, "lo");
	claim_ping(SAY_BOX, "127.0.0.1", "myself");
}

/* The box: its end of the cable comes while it waits. */
static _Noreturn void
box_main(struct box *box, const struct network *network)
{
	char gateway[CIDR_SIZE];

	address_nth(gateway, network->host, 0);
	show_loopback();
	box_meet(&box->made, &box->wired);
	box_configure(box, network, "veth1");
	look_at(SAY_BOX, "veth1");
	box_meet(&box->ready, &box->go);
	claim_ping(SAY_BOX, gateway, "the host");
	if (netns_save(KEPT) == -1)
		err(EXIT_OWN, "/run/netns/" KEPT);
	say(SAY_BOX, "I saved my network as /run/netns/" KEPT ", and end");
	exit(say_verdict());
}

/* The kernel works out a link's state (RFC 2863) a moment after the switch. */
static void
await_state(const char *link)
{
	struct link_view view;

	for (int ms = 0; ms < PATIENCE && link_view(link, &view) == 0 &&
	     strcmp(view.state, "UNKNOWN") == 0;
	     ms += 10)
		poll(NULL, 0, 10);
}

/* Lay the cable step by step; in one message is how the tool does it. */
static void
lay_cable(pid_t box, const struct network *network)
{
	struct link_view view;

	if (veth_create("veth0", "veth1", 0, NULL) == -1)
		err(EXIT_OWN, "veth pair: veth0 and veth1");
	look_at(SAY_HOST, "veth0");
	look_at(SAY_HOST, "veth1");
	if (link_move("veth1", box) == -1)
		err(EXIT_OWN, "move veth1 to the box");
	say_claim(SAY_HOST, if_nametoindex("veth1") == 0,
	    "veth1 moved into the box and is not here any more");
	give_address("veth0", network->host);
	switch_on("veth0");
	await_state("veth0");
	view = look_at(SAY_HOST, "veth0");
	say_claim(SAY_HOST,
	    view.peer_elsewhere && (view.flags & IFF_UP) != 0 && !view.carrier,
	    "veth0 is on but has no carrier: its other end, number %u over "
	    "there, is off",
	    view.peer);
}

/* Both ends are up: what does the host see? */
static void
check_cable(pid_t box, const struct network *network)
{
	char address[CIDR_SIZE];
	struct link_view view;

	address_nth(address, network->box, 0);
	link_await("veth0", PATIENCE);
	view = look_at(SAY_HOST, "veth0");
	say_claim(SAY_HOST, view.carrier, "veth0 has a carrier now");
	claim_ping(SAY_HOST, address, "the box");
	say_claim(SAY_HOST, !has_address(address),
	    "%s is on no link of the host: I see a cable's end, not what is "
	    "beyond",
	    address);
	say_claim(SAY_HOST, ns_id(box, "net") != ns_id(0, "net"),
	    "the box is in net:[%ju], I am in net:[%ju]",
	    (uintmax_t)ns_id(box, "net"), (uintmax_t)ns_id(0, "net"));
}

/* A process that finds the box's network by its name, the box being dead. */
static _Noreturn void
visitor_main(ino_t boxed, const struct network *network)
{
	char gateway[CIDR_SIZE];

	address_nth(gateway, network->host, 0);
	netns_enter(KEPT);
	say_claim(SAY_BOX, ns_id(0, "net") == boxed,
	    "another process entered " KEPT ": net:[%ju] has outlived the box",
	    (uintmax_t)boxed);
	claim_ping(SAY_BOX, gateway, "the host");
	if (link_delete("veth1") == -1)
		err(EXIT_OWN, "delete veth1");
	exit(say_verdict());
}

static int
visit(ino_t boxed, const struct network *network)
{
	pid_t visitor;
	int status;

	fflush(NULL);
	visitor = fork();
	if (visitor == -1)
		err(EXIT_OWN, "fork");
	if (visitor == 0)
		visitor_main(boxed, network);
	status = run_wait(visitor);
	say_claim(SAY_HOST, if_nametoindex("veth0") == 0,
	    "veth1 was removed in there, and veth0 went with it: one cable");
	say_claim(SAY_HOST,
	    netns_remove(KEPT) == 0 && access("/run/netns/" KEPT, F_OK) == -1,
	    "the name is removed, and the network with its last user");
	return status;
}

int
demonstrate_cable(const struct network *network)
{
	struct box box = { .number = 1 };
	ino_t boxed;
	int status;

	if (box_start(&box))
		box_main(&box, network);
	if (sync_wait(&box.made) == -1)
		return run_wait(box.pid);
	lay_cable(box.pid, network);
	sync_go(&box.wired);
	if (sync_wait(&box.ready) == -1)
		return run_wait(box.pid);
	check_cable(box.pid, network);
	boxed = ns_id(box.pid, "net");
	sync_go(&box.go);
	status = run_wait(box.pid);
	return status != 0 ? status : visit(boxed, network);
}
