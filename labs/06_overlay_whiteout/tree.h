/* tree.h - walking directory trees and comparing files: no overlayfs in it. */

#ifndef TREE_H
#define TREE_H

#include <sys/stat.h>

#include <fts.h>
#include <stdbool.h>

/* What visit may return, besides 0 to go on and -1 to stop. */
enum {
	TREE_SKIP = 1, /* do not go into this directory */
};

/*
 * Call visit for root and all that is below, without following a symbolic link
 * but root.  Directories come twice, before (FTS_D) and after their contents
 * (FTS_DP), and before the files beside them.  p is as fts(3) tells; name is
 * the path from root, "" or "/...".  0, or -1 with errno.
 */
int tree_walk(const char *root,
    int (*visit)(FTSENT *p, const char *name, void *arg), void *arg);

/*
 * Have two files, with their lstat(2) results, the same type, mode, owner and
 * contents?  Directories have no contents here.  What cannot be read differs.
 */
bool tree_same_file(
    const char *a, const struct stat *sa, const char *b, const struct stat *sb);

#endif
