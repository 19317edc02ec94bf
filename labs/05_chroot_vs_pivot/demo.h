/* demo.h - the demonstration of lab 05. */

#ifndef DEMO_H
#define DEMO_H

/*
 * Show, and check, that one attack leads out of a chroot and, after a
 * pivot_root, nowhere.  Returns the exit status.
 */
int demonstrate(void);

#endif
