/*
 * translate.c - the same deletions, as overlayfs and as images write them.
 *
 * Each direction walks the layer twice: the first time only to refuse it, so
 * that a bad layer is never left half translated.
 *
 * Read: unlink(2), utimensat(2), and "Whiteouts" in layer.md of
 * the OCI image specification.
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "translate.h"
#include "tree.h"
#include "whiteout.h"

#define PREFIX ".wh."
#define OPAQUE ".wh..wh..opq"

static bool
has_prefix(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* The path of "prefix name" in the directory that p is in. */
static void
beside(
    char path[PATH_MAX], const FTSENT *p, const char *prefix, const char *name)
{
	int dir = (int)(strlen(p->fts_path) - p->fts_namelen);

	file_path(path, PATH_MAX, "%.*s%s%s", dir, p->fts_path, prefix, name);
}

/* Changes inside have altered the times of the directory: put them back. */
static int
restore_times(const FTSENT *p)
{
	const struct timespec times[] = { p->fts_statp->st_atim,
		p->fts_statp->st_mtim };

	return utimensat(AT_FDCWD, p->fts_path, times, 0);
}

/* Is this name something that a layer in the form of OCI may hold? */
static bool
is_oci_mark(const FTSENT *p)
{
	const char *hidden = p->fts_name + strlen(PREFIX);

	if (p->fts_info != FTS_F)
		return false;
	if (strcmp(p->fts_name, OPAQUE) == 0)
		return true;

	/* ".wh..." would delete "..", which is outside of the layer. */
	return strcmp(hidden, "") != 0 && strcmp(hidden, ".") != 0 &&
	    strcmp(hidden, "..") != 0 && !has_prefix(hidden, PREFIX);
}

/* Refuse names that mean nothing or, with marks_allowed NULL, any mark. */
static int
check(FTSENT *p, const char *name, void *marks_allowed)
{
	if (*name == '\0' || !has_prefix(p->fts_name, PREFIX))
		return 0;
	if (marks_allowed != NULL && is_oci_mark(p))
		return 0;
	errno = EINVAL;
	return -1;
}

/* fts_number notes of a directory that it hides all that is below it. */
static int
from_oci(FTSENT *p, const char *name, void *arg)
{
	char inside[PATH_MAX], outside[PATH_MAX];

	(void)arg;
	if (p->fts_info == FTS_DP)
		return restore_times(p);
	if (p->fts_info == FTS_D) {
		/*
		 * A directory that has its whiteout beside it is new too:
		 * .wh.NAME hides NAME of the layers below, not of its own.
		 */
		file_path(inside, PATH_MAX, "%s/" OPAQUE, p->fts_path);
		beside(outside, p, PREFIX, p->fts_name);
		if ((access(inside, F_OK) == 0 ||
			(*name != '\0' && access(outside, F_OK) == 0)) &&
		    overlay_set_opaque(p->fts_path) == -1)
			return -1;
		p->fts_number =
		    p->fts_parent->fts_number || overlay_is_opaque(p->fts_path);
		return 0;
	}
	if (!has_prefix(p->fts_name, PREFIX))
		return 0;
	if (unlink(p->fts_path) == -1)
		return -1;
	if (strcmp(p->fts_name, OPAQUE) == 0 || p->fts_parent->fts_number)
		return 0;
	beside(outside, p, "", p->fts_name + strlen(PREFIX));
	return overlay_whiteout(outside) == -1 && errno != EEXIST ? -1 : 0;
}

static int
to_oci(FTSENT *p, const char *name, void *arg)
{
	char mark[PATH_MAX];

	(void)name;
	(void)arg;
	if (p->fts_info == FTS_DP)
		return restore_times(p);
	if (overlay_is_whiteout(p->fts_path)) {
		beside(mark, p, PREFIX, p->fts_name);
		return unlink(p->fts_path) == -1 ? -1
						 : file_create(mark, "", 0600);
	}
	if (p->fts_info == FTS_D && overlay_is_opaque(p->fts_path)) {
		file_path(mark, sizeof(mark), "%s/" OPAQUE, p->fts_path);
		if (file_create(mark, "", 0600) == -1)
			return -1;
	}
	return overlay_drop_marks(p->fts_path);
}

/* DOC: whiteout_from_oci */
int
whiteout_from_oci(const char *layer)
{
	bool marks_allowed = true;

	if (tree_walk(layer, check, &marks_allowed) == -1)
		return -1;
	return tree_walk(layer, from_oci, NULL);
}

/* DOC: whiteout_to_oci */
int
whiteout_to_oci(const char *layer)
{
	if (tree_walk(layer, check, NULL) == -1)
		return -1;
	return tree_walk(layer, to_oci, NULL);
}
