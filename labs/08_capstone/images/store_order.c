/* store_order.c - add to the store and take from it, in an order that holds. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "index.h"
#include "options.h"
#include "ref.h"
#include "store_order.h"
#include "undo.h"

/* Digests, sorted once all are in. */
struct set {
	char (*hex)[DIGEST_HEX];
	size_t count;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
add_lines(struct set *set, const char *dir, const char *image, const char *file)
{
	size_t count;
	char *text, **lines = store_lines(dir, image, file, &text, &count);

	for (size_t i = 0; i < count; i++) {
		set->hex =
		    options_grow(set->hex, set->count, sizeof(*set->hex));
		strlcpy(set->hex[set->count++], lines[i], DIGEST_HEX);
	}
	free(lines);
	free(text);
}

static DIR *
open_part(const char *dir, const char *part)
{
	char path[PATH_MAX];
	DIR *d;

	file_path(path, sizeof(path), "%s/%s", dir, part);
	d = opendir(path);
	if (d == NULL)
		err(EXIT_OWN, "%s", path);
	return d;
}

/* What the images of the store or the workshop use: "layers" or "blobs". */
static struct set
find_used(const char *dir, const char *file)
{
	struct set set = { 0 };
	const struct dirent *entry;
	DIR *d = open_part(dir, "images");

	while ((entry = readdir(d)) != NULL)
		if (digest_is_hex(entry->d_name))
			add_lines(&set, dir, entry->d_name, file);
	closedir(d);
	if (set.count > 0)
		qsort(set.hex, set.count, sizeof(*set.hex), compare);
	return set;
}

static bool
contains(const struct set *set, const char *hex)
{
	return set->count > 0 &&
	    bsearch(hex, set->hex, set->count, sizeof(*set->hex), compare) !=
	    NULL;
}

static void
remove_unused(
    const struct store *store, const char *part, const struct set *used)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *d = open_part(store->dir, part);

	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' || contains(used, entry->d_name))
			continue;
		file_path(path, sizeof(path), "%s/%s/%s", store->dir, part,
		    entry->d_name);
		if (file_remove_tree(path) == -1)
			err(EXIT_OWN, "%s", path);
	}
	closedir(d);
}

static void
dirty_path(const struct store *store, char path[PATH_MAX])
{
	file_path(path, PATH_MAX, "%s/dirty", store->dir);
}

bool
order_is_due(const struct store *store)
{
	char path[PATH_MAX];

	dirty_path(store, path);
	return access(path, F_OK) == 0;
}

void
order_begin(const struct store *store, const char *undo)
{
	char path[PATH_MAX];

	dirty_path(store, path);
	if (file_create(path, undo, 0600) == -1)
		err(EXIT_OWN, "%s", path);
}

void
order_commit(const struct store *store)
{
	char path[PATH_MAX];

	dirty_path(store, path);
	if (truncate(path, 0) == -1)
		err(EXIT_OWN, "%s", path);
}

void
order_end(const struct store *store)
{
	char path[PATH_MAX];

	index_write(store);
	dirty_path(store, path);
	if (unlink(path) == -1)
		err(EXIT_OWN, "%s", path);
}

void
order_restore(const struct store *store)
{
	struct set layers, blobs;
	char path[PATH_MAX];

	/* A name that was on its way to its place. */
	file_path(path, sizeof(path), "%s/name", store->dir);
	unlink(path);
	undo_additions(store);
	layers = find_used(store->dir, "layers");
	blobs = find_used(store->dir, "blobs");
	remove_unused(store, "layers", &layers);
	remove_unused(store, "sizes", &layers);
	remove_unused(store, "oci/blobs/sha256", &blobs);
	free(layers.hex);
	free(blobs.hex);
	order_end(store);
}

/* Move what is in used, or everything. */
static void
move_part(const struct store *store, const char *from, const char *to,
    const struct set *used)
{
	char old[PATH_MAX], new[PATH_MAX];
	const struct dirent *entry;
	DIR *d = open_part(store->tmp, from);

	while ((entry = readdir(d)) != NULL) {
		if (!digest_is_hex(entry->d_name) ||
		    (used != NULL && !contains(used, entry->d_name)))
			continue;
		file_path(old, sizeof(old), "%s/%s/%s", store->tmp, from,
		    entry->d_name);
		file_path(new, sizeof(new), "%s/%s/%s", store->dir, to,
		    entry->d_name);

		/* Somebody else may have been faster. */
		if (renameat2(AT_FDCWD, old, AT_FDCWD, new, RENAME_NOREPLACE) ==
			-1 &&
		    errno != EEXIST)
			err(EXIT_OWN, "rename: %s", new);
	}
	closedir(d);
}

void
order_add(const struct store *store)
{
	struct set layers = find_used(store->tmp, "layers");
	struct set blobs = find_used(store->tmp, "blobs");

	/* After a power cut, what has a name must have its contents too. */
	if (syncfs(store->lock) == -1)
		err(EXIT_OWN, "syncfs: %s", store->dir);
	move_part(store, "blobs", "oci/blobs/sha256", &blobs);
	move_part(store, "sizes", "sizes", &layers);
	move_part(store, "layers", "layers", &layers);
	move_part(store, "images", "images", NULL);
	free(layers.hex);
	free(blobs.hex);
}

void
order_name(const struct store *store, const char *ref, const char *hex)
{
	char file[REF_SIZE], path[PATH_MAX], new[PATH_MAX];

	strlcpy(file, ref, sizeof(file));
	ref_to_file(file);
	file_path(path, sizeof(path), "%s/names/%s", store->dir, file);
	file_path(new, sizeof(new), "%s/name", store->dir);
	if (symlink(hex, new) == -1 || rename(new, path) == -1)
		err(EXIT_OWN, "%s", path);
}

void
order_remove(const struct store *store, const char *hex)
{
	char old[PATH_MAX], new[PATH_MAX];

	/* In one step: an image that lacks a file would be in the way. */
	file_path(old, sizeof(old), "%s/images/%s", store->dir, hex);
	file_path(new, sizeof(new), "%s/tmp/removed-%s", store->dir, hex);
	if (file_remove_tree(new) == -1 || rename(old, new) == -1)
		err(EXIT_OWN, "%s", old);
	if (file_remove_tree(new) == -1)
		warn("%s", new);
}
