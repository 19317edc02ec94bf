/* tree.c - walking and comparing.  See fts(3), lstat(2) and readlink(2). */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"

static int
directories_first(const FTSENT **a, const FTSENT **b)
{
	bool x = (*a)->fts_info == FTS_D, y = (*b)->fts_info == FTS_D;

	return x != y ? y - x : strcmp((*a)->fts_name, (*b)->fts_name);
}

int
tree_walk(const char *root,
    int (*visit)(FTSENT *p, const char *name, void *arg), void *arg)
{
	char top[PATH_MAX];
	char *const tops[] = { top, NULL };
	int result = 0;
	FTSENT *p;
	FTS *fts;

	if (realpath(root, top) == NULL)
		return -1;
	fts = fts_open(tops, FTS_PHYSICAL | FTS_NOCHDIR, directories_first);
	if (fts == NULL)
		return -1;
	while (result != -1 && (errno = 0, p = fts_read(fts)) != NULL) {
		/* Listed but not there: deleted since, or a whiteout. */
		if (p->fts_info == FTS_NS && p->fts_errno == ENOENT)
			continue;
		if (p->fts_info == FTS_NS || p->fts_info == FTS_DNR ||
		    p->fts_info == FTS_ERR) {
			errno = p->fts_errno;
			result = -1;
			break;
		}
		result = visit(p, p->fts_path + strlen(top), arg);
		if (result == TREE_SKIP)
			fts_set(fts, p, FTS_SKIP);
	}
	if (errno != 0)
		result = -1;
	fts_close(fts);
	return result == -1 ? -1 : 0;
}

static bool
same_contents(const char *a, const char *b)
{
	FILE *f = fopen(a, "re"), *g = fopen(b, "re");
	bool same = f != NULL && g != NULL;
	int c = 0;

	while (same && c != EOF) {
		c = getc(f);
		same = c == getc(g);
	}
	if (f != NULL)
		fclose(f);
	if (g != NULL)
		fclose(g);
	return same;
}

bool
tree_same_file(
    const char *a, const struct stat *sa, const char *b, const struct stat *sb)
{
	char to[2][PATH_MAX];
	ssize_t n;

	if (sa->st_mode != sb->st_mode || sa->st_uid != sb->st_uid ||
	    sa->st_gid != sb->st_gid)
		return false;
	if (S_ISREG(sa->st_mode))
		return sa->st_size == sb->st_size && same_contents(a, b);
	if (!S_ISLNK(sa->st_mode))
		return sa->st_rdev == sb->st_rdev;
	n = readlink(a, to[0], sizeof(to[0]));
	return n != -1 && n == readlink(b, to[1], sizeof(to[1])) &&
	    memcmp(to[0], to[1], (size_t)n) == 0;
}
