/* demo.h - the demonstration of lab 04. */

#ifndef DEMO_H
#define DEMO_H

#include <stdint.h>

/* Before there is a group: say which version runs what, and where. */
void show_hierarchies(void);

/*
 * Show, and check, what a limit of that many bytes does to the group, then how
 * it is frozen, killed and removed.  Returns the exit status.
 */
int demonstrate(const char *group, uint64_t limit);

#endif
