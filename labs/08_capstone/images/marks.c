/* marks.c - what a layer says is gone, kept until all of it is unpacked. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "marks.h"
#include "oci_name.h"
#include "options.h"
#include "whiteout.h"

static void
add(char ***list, size_t *count, const char *text, size_t length)
{
	char *copy = options_copy(text);

	copy[length] = '\0';
	*list = options_grow(*list, *count, sizeof(**list));
	(*list)[(*count)++] = copy;
}

/* Is any part of the path in a name that images reserve? */
static bool
is_reserved(const char *clean)
{
	for (const char *part = clean; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (oci_is_mark(part))
			return true;
	}
	return false;
}

int
marks_take(struct marks *marks, const char *clean, bool is_file)
{
	const char *slash = strrchr(clean, '/');
	const char *name = slash != NULL ? slash + 1 : clean;
	const char *hidden = name + strlen(OCI_PREFIX);
	size_t parent = slash != NULL ? (size_t)(slash - clean) : 0;
	size_t at;

	if (!is_reserved(clean))
		return 0;
	errno = EINVAL;
	if (!oci_is_mark(name) || !is_file)
		return -1;
	if (strcmp(name, OCI_OPAQUE) == 0) {
		add(&marks->opaque, &marks->opaque_count, clean, parent);
		return 1;
	}
	if (hidden[0] == '\0' || strcmp(hidden, ".") == 0 ||
	    strcmp(hidden, "..") == 0 || oci_is_mark(hidden))
		return -1;
	add(&marks->gone, &marks->gone_count, clean, strlen(clean));

	/* The same path without the prefix. */
	at = (size_t)(name - clean);
	memmove(marks->gone[marks->gone_count - 1] + at, hidden,
	    strlen(hidden) + 1);
	return 1;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_opaque(const struct marks *marks, char *path)
{
	return marks->opaque_count > 0 &&
	    bsearch(&path, marks->opaque, marks->opaque_count,
		sizeof(*marks->opaque), compare) != NULL;
}

/* In an opaque directory ls(1) would show a whiteout, which hides nothing. */
static bool
is_hidden_anyway(const struct marks *marks, const char *path)
{
	char parent[PATH_MAX];
	char *slash;
	bool found;

	strlcpy(parent, path, sizeof(parent));
	do {
		slash = strrchr(parent, '/');
		*(slash != NULL ? slash : parent) = '\0';
		found = is_opaque(marks, parent);
	} while (!found && parent[0] != '\0');
	return found;
}

static int
apply_gone(struct beneath *at, const char *path)
{
	const char *name;
	struct stat st;
	int dir = beneath_parent(at, path, &name);

	if (dir == -1 || fchdir(dir) == -1)
		return -1;
	if (overlay_whiteout(name) == 0)
		return 0;
	if (errno != EEXIST || lstat(name, &st) == -1)
		return -1;

	/* The layer has one of its own, which only a directory merges. */
	return S_ISDIR(st.st_mode) ? overlay_set_opaque(name) : 0;
}

static int
apply_opaque(struct beneath *at, const char *path)
{
	int dir = beneath_directory(at, path);

	return dir == -1 || fchdir(dir) == -1 ? -1 : overlay_set_opaque(".");
}

const char *
marks_apply(struct marks *marks, struct beneath *at)
{
	if (marks->opaque_count > 0)
		qsort(marks->opaque, marks->opaque_count,
		    sizeof(*marks->opaque), compare);
	for (size_t i = 0; i < marks->opaque_count; i++)
		if (apply_opaque(at, marks->opaque[i]) == -1)
			return marks->opaque[i];
	for (size_t i = 0; i < marks->gone_count; i++)
		if (!is_hidden_anyway(marks, marks->gone[i]) &&
		    apply_gone(at, marks->gone[i]) == -1)
			return marks->gone[i];
	return NULL;
}

void
marks_free(struct marks *marks)
{
	for (size_t i = 0; i < marks->opaque_count; i++)
		free(marks->opaque[i]);
	for (size_t i = 0; i < marks->gone_count; i++)
		free(marks->gone[i]);
	free(marks->opaque);
	free(marks->gone);
	*marks = (struct marks){ 0 };
}
