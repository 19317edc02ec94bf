/* diff.h - what did the box change? */

#ifndef DIFF_H
#define DIFF_H

/*
 * Compare upper with lower, the view that it was written above: the one lower
 * directory, or a read-only overlay of several.  report is called with
 *
 *	'A'	the name is new
 *	'C'	it was there, and its type, mode, owner or contents differ
 *	'D'	it is gone
 *
 * and the path as the box sees it, such as "/etc/hosts"; arg is passed on.
 * As with diff -r, a tree that only one side has is one report, and so is a
 * name that is a directory on one side only.  What was copied up but is the
 * same is not reported, nor is a directory because of what is in it.
 *
 * Needs no privilege but to read.  0, or -1 with errno.
 */
int overlay_diff(const char *upper, const char *lower,
    void (*report)(char kind, const char *path, void *arg), void *arg);

#endif
