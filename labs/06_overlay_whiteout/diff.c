/*
 * diff.c - read a layer as a list of changes.
 *
 * All that a box changed is in its upper directory, so only that is walked,
 * however big the image: each name there is compared with the same name below.
 *
 * Read: diff(1), scandir(3), fts(3).
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <dirent.h>
#include <fts.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "diff.h"
#include "file.h"
#include "tree.h"
#include "whiteout.h"

struct diff {
	const char *upper, *lower;
	void (*report)(char kind, const char *path, void *arg);
	void *arg;
};

/* A lowest layer may hold whiteouts too.  They hide nothing: not there. */
static bool
exists(const char *path, struct stat *st)
{
	return lstat(path, st) == 0 && !overlay_is_whiteout(path);
}

/* An opaque directory has no marks for what is gone: list what was below. */
static int
report_gone(const struct diff *d, const char *dir)
{
	char below[PATH_MAX], above[PATH_MAX], path[PATH_MAX];
	struct dirent **entry;
	struct stat st;
	int n;

	file_path(below, sizeof(below), "%s%s", d->lower, dir);
	n = scandir(below, &entry, NULL, alphasort);
	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		file_path(path, sizeof(path), "%s/%s", dir, entry[i]->d_name);
		file_path(below, sizeof(below), "%s%s", d->lower, path);
		file_path(above, sizeof(above), "%s%s", d->upper, path);
		if (exists(below, &st) && lstat(above, &st) == -1)
			d->report('D', path, d->arg);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

/* One name of the upper directory. */
static int
visit(FTSENT *p, const char *name, void *arg)
{
	const struct diff *d = arg;
	char below[PATH_MAX];
	struct stat st;
	bool gone = overlay_is_whiteout(p->fts_path);

	if (p->fts_info == FTS_DP)
		return 0;
	file_path(below, sizeof(below), "%s%s", d->lower, name);
	if (!exists(below, &st)) {
		/* A box that deletes what it made may leave a whiteout. */
		if (!gone)
			d->report('A', name, d->arg);
		return TREE_SKIP;
	}
	if (gone)
		d->report('D', name, d->arg);
	else if (p->fts_level > FTS_ROOTLEVEL &&
	    !tree_same_file(p->fts_path, p->fts_statp, below, &st))
		d->report('C', name, d->arg);

	/* Go on only with a directory on both sides: below may be a link. */
	if (p->fts_info != FTS_D || !S_ISDIR(st.st_mode))
		return TREE_SKIP;

	/* What is in an opaque directory hides what is below, marked or not. */
	p->fts_number =
	    p->fts_parent->fts_number || overlay_is_opaque(p->fts_path);
	return p->fts_number ? report_gone(d, name) : 0;
}

/* DOC: overlay_diff */
int
overlay_diff(const char *upper, const char *lower,
    void (*report)(char kind, const char *path, void *arg), void *arg)
{
	struct diff d = { upper, lower, report, arg };

	return tree_walk(upper, visit, &d);
}
