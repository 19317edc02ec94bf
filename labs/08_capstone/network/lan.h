/* lan.h - the bridge that root's boxes share. */

#ifndef LAN_H
#define LAN_H

#include <sys/types.h>

#include "network.h"

/*
 * For network.c, whose functions these are when the network is a bridge; the
 * privilege and the failures are the same.
 */
int lan_prepare(struct network_plan *plan);
int lan_connect(struct network_plan *plan, pid_t pid);
void lan_configure(const struct network_plan *plan);

/*
 * Remove what belongs to the box id: the rules for its ports, its cable if
 * another box holds on to it, its names, and last its address.
 */
void lan_forget(const char *home, const char *id, const char *address);

/*
 * Remove the bridge and the rules for it, unless a box has an address on it.
 * -1 with one line said on failure; no bridge is no failure.
 */
int lan_prune(const struct state *state);

#endif
