/*
 * diff.c - read a layer as a list of changes.
 *
 * All that a box changed is in its upper directory, so only that is walked,
 * however big the image: each name there is compared with the same name below.
 *
 * Read: diff(1), fts(3), lstat(2), scandir(3).
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>

#include "diff.h"
#include "file.h"
#include "tree.h"
#include "whiteout.h"

struct diff {
	const char *upper, *lower;
	void (*report)(char kind, const char *path, void *arg);
	void *arg;
};

/* One file of the upper directory: p, and name below it, such as "/etc". */
static int
visit(FTSENT *p, const char *name, void *arg)
{
	/*
	 * There are four cases: the name is below or not, and here is a
	 * whiteout or something else.  One of them is no change at all.
	 *
	 * Here and below: copying up is no change by itself, so compare.  Go
	 * into a directory only if it is one on both sides; tree.h has a way
	 * to say so.  The topmost directory itself is not to be reported.
	 *
	 * An opaque directory has no marks for what is gone.  Neither have
	 * the directories in it, marked or not.  What is below each of them
	 * and not here must be looked for.
	 */
	(void)p;
	(void)name;
	(void)arg;
	errno = ENOSYS;
	return -1;
}

int
overlay_diff(const char *upper, const char *lower,
    void (*report)(char kind, const char *path, void *arg), void *arg)
{
	struct diff d = { upper, lower, report, arg };

	return tree_walk(upper, visit, &d);
}
