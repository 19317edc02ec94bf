/*
 * translate.c - the same deletions, as overlayfs and as images write them.
 *
 * translate.h has the table.  tree_walk() calls a function for each file of a
 * layer, and for each directory twice; oci_name.h knows the names of marks.
 * Make a layer of each kind by hand and compare what you get, with find(1).
 *
 * Read: fts(3), unlink(2), utimensat(2), and "Whiteouts" in layer.md of the OCI
 * image specification.
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <stddef.h>

#include "oci_name.h"
#include "translate.h"
#include "tree.h"
#include "whiteout.h"

/* One file of a layer that came from an image: p, and name below the layer. */
static int
from_oci(FTSENT *p, const char *name, void *arg)
{
	/*
	 * Three questions.  Is this directory marked as opaque?  Its mark is a
	 * file in it, which comes later.  Is this file a mark, and of what?
	 * And when a directory is left (FTS_DP): what have we changed about
	 * it by removing a file from it?
	 *
	 * ".wh.NAME" hides what lower layers have.  If this layer has a NAME
	 * too, that stays: nothing to hide for a file, but for a directory?
	 *
	 * In an opaque directory, and in all below it, there is nothing left
	 * to hide.  p->fts_number is yours, for a note to those inside.
	 */
	(void)p;
	(void)name;
	(void)arg;
	errno = ENOSYS;
	return -1;
}

/* One file of an upper directory that shall become a layer of an image. */
static int
to_oci(FTSENT *p, const char *name, void *arg)
{
	/*
	 * The mark of a whiteout has another name than the whiteout.  And
	 * overlayfs has left more attributes than the one that you translate.
	 */
	(void)p;
	(void)name;
	(void)arg;
	errno = ENOSYS;
	return -1;
}

int
whiteout_from_oci(const char *layer)
{
	/*
	 * "Nothing changed if layer holds what the other form cannot say."
	 * When must you look for that?  See oci_check().
	 */
	return tree_walk(layer, from_oci, NULL);
}

int
whiteout_to_oci(const char *layer)
{
	return tree_walk(layer, to_oci, NULL);
}
