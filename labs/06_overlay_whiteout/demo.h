/* demo.h - the demonstration of lab 06. */

#ifndef DEMO_H
#define DEMO_H

/*
 * Show, and check, how an image is stacked from layers, and that a box which
 * writes, deletes and renews changes its own layer alone.  Plays in a scratch
 * directory below TMPDIR.  Returns the exit status.
 */
int demonstrate(void);

#endif
