/* outer.h - the outside: give each lesson a place where it can do no harm. */

#ifndef OUTER_H
#define OUTER_H

#include <stdbool.h>

struct outer {
	const char *top; /* the tree */
	const char *exe; /* this program */
	bool real_root; /* -r: namespaces only, no jail */
	bool quiet; /* what it says is TAP, to be counted */
	int out; /* where its output goes, or -1: where ours does */
	int signal; /* that has ended us, or 0 */
	int passed; /* lines of TAP */
	int failed;
	int skipped;
};

/* Find the tree and ourselves.  Exits on failure. */
void outer_open(struct outer *o);

/*
 * Run this program again in a place of its own, with argv and the lesson in
 * file behind it; first is the number of its first test.  Its exit status.
 */
int outer_run(struct outer *o, char *const argv[], const char *file, int first);

/* Are we the program that outer_run() started? */
bool outer_is_inside(void);

#endif
