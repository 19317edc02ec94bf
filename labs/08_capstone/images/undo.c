/* undo.c - take back what a command that died was adding to the store. */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "ref.h"
#include "store_order.h"
#include "undo.h"

void
undo_begin(FILE *f)
{
	fputs("added\n", f);
}

void
undo_note(FILE *f, const struct store *store, const char *ref)
{
	char id[DIGEST_HEX];

	fprintf(f, "%s %s\n", ref, store_find(store, ref, id) ? id : "-");
}

static DIR *
open_part(const struct store *store, const char *part)
{
	char path[PATH_MAX];
	DIR *d;

	file_path(path, sizeof(path), "%s/%s", store->dir, part);
	d = opendir(path);
	if (d == NULL)
		err(EXIT_OWN, "%s", path);
	return d;
}

/* Images that are new: remove them, or else let them be as the others. */
static void
settle_images(const struct store *store, bool remove)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *d = open_part(store, "images");

	while ((entry = readdir(d)) != NULL) {
		file_path(path, sizeof(path), "%s/images/%s/new", store->dir,
		    entry->d_name);
		if (!digest_is_hex(entry->d_name) || access(path, F_OK) == -1)
			continue;
		if (remove && store_user(store, entry->d_name) == NULL)
			order_remove(store, entry->d_name);
		else if (unlink(path) == -1)
			err(EXIT_OWN, "%s", path);
	}
	closedir(d);
}

void
undo_forget(const struct store *store)
{
	settle_images(store, false);
}

/* "REF ID": the name goes back to that image; "REF -": to none. */
static void
give_back(const struct store *store, char *line)
{
	char file[REF_SIZE], path[PATH_MAX], *id = strchr(line, ' ');

	if (id == NULL)
		return;
	*id++ = '\0';
	if (digest_is_hex(id)) {
		order_name(store, line, id);
		return;
	}
	strlcpy(file, line, sizeof(file));
	ref_to_file(file);
	file_path(path, sizeof(path), "%s/names/%s", store->dir, file);
	if (unlink(path) == -1 && errno != ENOENT)
		err(EXIT_OWN, "%s", path);
}

/* Is there the image that the name leads to? */
static bool
leads(const struct store *store, const char *file)
{
	char path[PATH_MAX], id[DIGEST_HEX];

	file_path(path, sizeof(path), "%s/names/%s", store->dir, file);
	if (readlink(path, id, sizeof(id)) != DIGEST_HEX - 1)
		return false;
	id[DIGEST_HEX - 1] = '\0';
	return store_has(store, "images", id);
}

static void
remove_names_of_none(const struct store *store)
{
	const struct dirent *entry;
	DIR *d = open_part(store, "names");

	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.' && !leads(store, entry->d_name) &&
		    unlinkat(dirfd(d), entry->d_name, 0) == -1)
			err(EXIT_OWN, "%s", entry->d_name);
	closedir(d);
}

void
undo_additions(const struct store *store)
{
	char path[PATH_MAX], *text = NULL, *line, *rest;
	size_t size = 0;
	FILE *f;

	file_path(path, sizeof(path), "%s/dirty", store->dir);
	f = fopen(path, "re");
	if (f != NULL && getdelim(&text, &size, '\0', f) != -1) {
		settle_images(store, true);
		rest = text;
		while ((line = strsep(&rest, "\n")) != NULL)
			give_back(store, line);
	} else if (f == NULL ? errno != ENOENT : ferror(f)) {
		err(EXIT_OWN, "%s", path);
	} else {
		settle_images(store, false);
	}
	if (f != NULL)
		fclose(f);
	free(text);
	remove_names_of_none(store);
}
