/*
 * flatten.c - one directory out of many layers.
 *
 * A deleted file takes up space as long as its layer is kept.  Copying what
 * the merged view shows leaves it behind, and its whiteout with it.  copy.h
 * copies one file or the attributes of one; this walks the tree and gets the
 * order right.
 *
 * Read: mkdir(2), link(2), inode(7), tsearch(3), fts(3).
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <err.h>

#include "copy.h"
#include "exit.h"
#include "file.h"
#include "flatten.h"
#include "tree.h"

struct flatten {
	const char *out;
	/* What else must you remember from one file to the next? */
};

/* One file of the merged view: p, and name below it, such as "/etc". */
static int
visit(FTSENT *p, const char *name, void *arg)
{
	/*
	 * A directory comes twice, before its contents and after them.  Give
	 * it its mode and its times when nothing will alter them any more and
	 * nobody needs to write into it.  The topmost directory exists.
	 *
	 * A file with several names comes once for each of them.  How can you
	 * know it again, and what makes two numbers of it, not one?
	 */
	(void)p;
	(void)name;
	(void)arg;
	errx(EXIT_OWN, "overlay_flatten: not written yet");
}

void
overlay_flatten(const char *merged, const char *out)
{
	struct flatten f = { .out = out };

	if (tree_walk(merged, visit, &f) == -1)
		err(EXIT_OWN, "%s", merged);
}
