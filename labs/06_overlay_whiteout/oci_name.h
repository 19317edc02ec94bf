/* oci_name.h - the names by which an image hides what is below. */

#ifndef OCI_NAME_H
#define OCI_NAME_H

#include <fts.h>
#include <limits.h>
#include <stdbool.h>

#define OCI_PREFIX ".wh."
#define OCI_OPAQUE ".wh..wh..opq"

/* Does the name begin with the prefix, and so say what is gone? */
bool oci_is_mark(const char *name);

/*
 * 0 if each mark in the tree at layer is a regular file and hides one name or,
 * with marks_allowed false, if there is none.  Else -1 with errno, EINVAL.
 */
int oci_check(const char *layer, bool marks_allowed);

/*
 * Paths of other files, for a file met in tree_walk(): what marks it as gone,
 * beside it; what marks it as opaque, in it; and what it, a mark, hides.
 */
void oci_whiteout_of(char path[PATH_MAX], const FTSENT *p);
void oci_opaque_of(char path[PATH_MAX], const FTSENT *p);
void oci_hidden_by(char path[PATH_MAX], const FTSENT *p);

#endif
