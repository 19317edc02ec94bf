/* sweep.h - clean up after boxes that could not do it themselves. */

#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>

/*
 * For each box below home whose lock is free, its owner being dead: kill and
 * remove its cgroup, free its address, and forget it, or keep its layer if it
 * was not started with --rm.  Skipped when another box does it right now,
 * unless wait: then all that were dead before the call are buried after it.
 */
void sweep(const char *home, bool wait);

/*
 * Would sweep() find any?  Needs no privilege.  One that is being made just now
 * may look dead.
 */
bool sweep_needed(const char *home);

#endif
