/* demo.h - the demonstration of lab 02. */

#ifndef DEMO_H
#define DEMO_H

/*
 * Show, and check, what being process 1 means, seen from the box and from the
 * host; then again that many levels deep.  Returns the exit status.
 */
int demonstrate(int levels);

#endif
