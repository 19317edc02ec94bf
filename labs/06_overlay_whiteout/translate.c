/*
 * translate.c - the same deletions, as overlayfs and as images write them.
 *
 * Each direction walks the layer twice: the first time only to refuse it, so
 * that a bad layer is never left half translated.
 *
 * Read: unlink(2), utimensat(2), fts(3), and "Whiteouts" in layer.md of the OCI
 * image specification.
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
#include "oci_name.h"
#include "translate.h"
#include "tree.h"
#include "whiteout.h"

/* Changes inside have altered the times of the directory: put them back. */
static int
restore_times(const FTSENT *p)
{
	const struct timespec times[] = { p->fts_statp->st_atim,
		p->fts_statp->st_mtim };

	return utimensat(AT_FDCWD, p->fts_path, times, 0);
}

/*
 * Is the directory marked as opaque, by the file in it?  Or by its whiteout
 * beside it: .wh.NAME hides NAME of the layers below, not of its own.
 */
static bool
is_opaque_in_oci(const FTSENT *p, const char *name)
{
	char mark[PATH_MAX];

	oci_opaque_of(mark, p);
	if (access(mark, F_OK) == 0)
		return true;
	oci_whiteout_of(mark, p);
	return *name != '\0' && access(mark, F_OK) == 0;
}

static int
from_oci(FTSENT *p, const char *name, void *arg)
{
	char hidden[PATH_MAX];

	(void)arg;
	if (p->fts_info == FTS_DP)
		return restore_times(p);
	if (p->fts_info == FTS_D) {
		if (is_opaque_in_oci(p, name) &&
		    overlay_set_opaque(p->fts_path) == -1)
			return -1;

		/* A note for those inside: what is below is hidden. */
		p->fts_number =
		    p->fts_parent->fts_number || overlay_is_opaque(p->fts_path);
		return 0;
	}
	if (!oci_is_mark(p->fts_name))
		return 0;
	if (unlink(p->fts_path) == -1)
		return -1;
	if (strcmp(p->fts_name, OCI_OPAQUE) == 0 || p->fts_parent->fts_number)
		return 0;
	oci_hidden_by(hidden, p);
	return overlay_whiteout(hidden) == -1 && errno != EEXIST ? -1 : 0;
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
		oci_whiteout_of(mark, p);
		return unlink(p->fts_path) == -1 ? -1
						 : file_create(mark, "", 0600);
	}
	if (p->fts_info == FTS_D && overlay_is_opaque(p->fts_path)) {
		oci_opaque_of(mark, p);
		if (file_create(mark, "", 0600) == -1)
			return -1;
	}
	return overlay_drop_marks(p->fts_path);
}

/* DOC: whiteout_from_oci */
int
whiteout_from_oci(const char *layer)
{
	return oci_check(layer, true) == -1 ? -1
					    : tree_walk(layer, from_oci, NULL);
}

/* DOC: whiteout_to_oci */
int
whiteout_to_oci(const char *layer)
{
	return oci_check(layer, false) == -1 ? -1
					     : tree_walk(layer, to_oci, NULL);
}
