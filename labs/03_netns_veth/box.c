/* box.c - start a box, and configure its end of the cable. */

#define _GNU_SOURCE
#include <sys/prctl.h>

#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "box.h"
#include "exit.h"
#include "janitor.h"
#include "links.h"
#include "netns.h"
#include "nsid.h"
#include "say.h"
#include "userns.h"
#include "veth.h"

void
become_able(bool private_host)
{
	bool plain = userns_needed();

	if (plain) {
		userns_enter();
		say(SAY_HOST,
		    "not root: working in a user namespace, user:[%ju]",
		    (uintmax_t)ns_id(0, "user"));
	}
	if (plain || private_host) {
		netns_unshare();
		say(SAY_HOST,
		    "the host here is a network namespace of its own: this "
		    "machine's network is left alone");
	}
	say(SAY_HOST, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
}

bool
box_start(struct box *box)
{
	sync_open(&box->made);
	sync_open(&box->wired);
	sync_open(&box->ready);
	sync_open(&box->go);
	fflush(NULL);
	box->pid = fork();
	if (box->pid == -1)
		err(EXIT_OWN, "fork");
	if (box->pid != 0)
		return false;

	/* A parent that is dead already will not say that the cable is in. */
	janitor_forget();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
	netns_unshare();
	return true;
}

void
box_meet(struct sync *say, struct sync *hear)
{
	sync_go(say);
	if (sync_wait(hear) == -1)
		_exit(EXIT_OWN);
}

/* Addresses first, then on, then the route that needs both. */
void
box_configure(
    const struct box *box, const struct network *network, const char *link)
{
	char gateway[CIDR_SIZE], cidr[CIDR_SIZE];

	address_nth(gateway, network->host, 0);
	cidr_nth(cidr, network->box, box->number - 1);
	give_address(link, cidr);
	switch_on("lo");
	switch_on(link);
	if (route_default(gateway) == -1)
		err(EXIT_OWN, "default route: %s is no gateway for %s", gateway,
		    cidr);
}
