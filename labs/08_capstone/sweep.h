/* sweep.h - clean up after boxes that could not do it themselves. */

#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>

/*
 * For each box below home whose lock is free, its owner being dead: kill and
 * remove its cgroup, free its address, and forget it, or keep its layer if it
 * was not started with --rm.  Skipped when another box does it right now.
 */
void sweep(const char *home);

/*
 * Would sweep() find any?  Needs no privilege.  One that is being made just now
 * may look dead.
 */
bool sweep_needed(const char *home);

/* Free the addresses that belong to the container id. */
void sweep_address(const char *home, const char *id);

#endif
