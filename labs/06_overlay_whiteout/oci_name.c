/* oci_name.c - which names are marks, and what they are the marks of. */

#define _GNU_SOURCE
#include <sys/types.h>

#include <errno.h>
#include <string.h>

#include "file.h"
#include "oci_name.h"
#include "tree.h"

bool
oci_is_mark(const char *name)
{
	return strncmp(name, OCI_PREFIX, strlen(OCI_PREFIX)) == 0;
}

static bool
is_good_mark(const FTSENT *p)
{
	const char *hidden = p->fts_name + strlen(OCI_PREFIX);

	if (p->fts_info != FTS_F)
		return false;
	if (strcmp(p->fts_name, OCI_OPAQUE) == 0)
		return true;

	/* ".wh..." would delete "..", which is outside of the layer. */
	return strcmp(hidden, "") != 0 && strcmp(hidden, ".") != 0 &&
	    strcmp(hidden, "..") != 0 && !oci_is_mark(hidden);
}

static int
check(FTSENT *p, const char *name, void *arg)
{
	const bool *marks_allowed = arg;

	if (*name == '\0' || !oci_is_mark(p->fts_name))
		return 0;
	if (*marks_allowed && is_good_mark(p))
		return 0;
	errno = EINVAL;
	return -1;
}

int
oci_check(const char *layer, bool marks_allowed)
{
	return tree_walk(layer, check, &marks_allowed);
}

/* The path of "prefix name" in the directory that p is in. */
static void
beside(
    char path[PATH_MAX], const FTSENT *p, const char *prefix, const char *name)
{
	int dir = (int)(strlen(p->fts_path) - p->fts_namelen);

	file_path(path, PATH_MAX, "%.*s%s%s", dir, p->fts_path, prefix, name);
}

void
oci_whiteout_of(char path[PATH_MAX], const FTSENT *p)
{
	beside(path, p, OCI_PREFIX, p->fts_name);
}

void
oci_opaque_of(char path[PATH_MAX], const FTSENT *p)
{
	file_path(path, PATH_MAX, "%s/" OCI_OPAQUE, p->fts_path);
}

void
oci_hidden_by(char path[PATH_MAX], const FTSENT *p)
{
	beside(path, p, "", p->fts_name + strlen(OCI_PREFIX));
}
