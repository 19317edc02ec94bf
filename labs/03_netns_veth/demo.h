/* demo.h - the demonstration of lab 03, and its two halves. */

#ifndef DEMO_H
#define DEMO_H

#include "box.h"
#include "say.h"

/*
 * Show, and check, how a box comes by a network, then how boxes on one bridge
 * reach each other.  At most BOXES_MAX.  Returns the exit status.
 */
int demonstrate(const struct network *network, unsigned int boxes);

/* The halves, on a host that is ours.  They return an exit status each. */
int demonstrate_cable(const struct network *network);
int demonstrate_bridge(const struct network *network, unsigned int boxes);

/* Claim that an address answers; what says whose it is. */
void claim_ping(enum say_who who, const char *address, const char *what);

#endif
