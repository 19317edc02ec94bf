/*
 * flatten.c - one directory out of many layers.
 *
 * A deleted file takes up space as long as its layer is kept.  Copying what
 * the merged view shows leaves it behind, and its whiteout with it.
 *
 * Read: link(2), inode(7), tsearch(3), fts(3).
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <err.h>
#include <fts.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <unistd.h>

#include "copy.h"
#include "exit.h"
#include "file.h"
#include "flatten.h"
#include "tree.h"

/* Where the first name of a file with several names was copied to. */
struct copy {
	dev_t dev;
	ino_t ino;
	char path[PATH_MAX];
};

struct flatten {
	const char *out;
	void *copies; /* a search tree of struct copy */
};

static int
by_inode(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;

	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->dev < y->dev ? -1 : x->dev > y->dev;
}

/* Where this very file was copied to, or NULL; then note that it is path. */
static const char *
copied_before(struct flatten *f, const struct stat *st, const char *path)
{
	struct copy *copy = calloc(1, sizeof(*copy)), **found;

	if (copy == NULL)
		err(EXIT_OWN, "calloc");
	copy->dev = st->st_dev;
	copy->ino = st->st_ino;
	file_path(copy->path, sizeof(copy->path), "%s", path);
	found = tsearch(copy, &f->copies, by_inode);
	if (found == NULL)
		err(EXIT_OWN, "tsearch");
	if (*found == copy)
		return NULL;
	free(copy);
	return (*found)->path;
}

static int
visit(FTSENT *p, const char *name, void *arg)
{
	struct flatten *f = arg;
	const struct stat *st = p->fts_statp;
	const char *first = NULL;
	char to[PATH_MAX];

	file_path(to, sizeof(to), "%s%s", f->out, name);
	if (p->fts_info == FTS_D) {
		if (p->fts_level > FTS_ROOTLEVEL && mkdir(to, 0700) == -1)
			err(EXIT_OWN, "mkdir: %s", to);
		return 0;
	}
	if (p->fts_info == FTS_DP) {
		/* Only now: what is put into a directory alters its times. */
		copy_attributes(p->fts_path, st, to);
		return 0;
	}

	/* Several names for one file: copy it once, and link the others. */
	if (st->st_nlink > 1)
		first = copied_before(f, st, to);
	if (first == NULL)
		copy_file(p->fts_path, st, to);
	else if (link(first, to) == -1)
		err(EXIT_OWN, "link: %s", to);
	return 0;
}

/* DOC: overlay_flatten */
void
overlay_flatten(const char *merged, const char *out)
{
	struct flatten f = { .out = out };

	if (tree_walk(merged, visit, &f) == -1)
		err(EXIT_OWN, "%s", merged);
	tdestroy(f.copies, free);
}
