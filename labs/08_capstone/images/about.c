/* about.c - what there is to say about an image of the store. */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "about.h"
#include "document.h"
#include "exit.h"
#include "file.h"
#include "options.h"
#include "ref.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the image id, or of all if it is NULL. */
static char **
find_names(const struct store *store, const char *id, size_t *count)
{
	char dir[PATH_MAX], own[DIGEST_HEX], ref[REF_SIZE], **names = NULL;
	const struct dirent *entry;
	DIR *d;

	*count = 0;
	file_path(dir, sizeof(dir), "%s/names", store->dir);
	d = opendir(dir);
	if (d == NULL)
		err(EXIT_OWN, "%s", dir);
	while ((entry = readdir(d)) != NULL) {
		if (readlinkat(dirfd(d), entry->d_name, own, sizeof(own)) !=
		    DIGEST_HEX - 1)
			continue;
		own[DIGEST_HEX - 1] = '\0';
		if (id != NULL && strcmp(own, id) != 0)
			continue;
		strlcpy(ref, entry->d_name, sizeof(ref));
		ref_from_file(ref);
		names = options_grow(names, *count, sizeof(*names));
		names[(*count)++] = options_copy(ref);
	}
	closedir(d);
	if (names != NULL)
		qsort(names, *count, sizeof(*names), compare);
	return names;
}

void
about_read(struct about *about, const struct store *store, const char *id)
{
	*about = (struct about){ 0 };
	strlcpy(about->id, id, sizeof(about->id));
	about->config =
	    document_read(store_blob(store, id), "the image's configuration");
	about->layers = store_lines(
	    store->dir, id, "layers", &about->text[0], &about->layer_count);
	about->blobs = store_lines(
	    store->dir, id, "blobs", &about->text[1], &about->blob_count);
	for (size_t i = 0; i < about->layer_count; i++)
		about->bytes += store_size(store, about->layers[i]);
}

void
about_read_names(struct about *about, const struct store *store)
{
	about->names = find_names(store, about->id, &about->name_count);
}

void
about_free(struct about *about)
{
	for (size_t i = 0; i < about->name_count; i++)
		free(about->names[i]);
	free(about->names);
	free(about->layers);
	free(about->blobs);
	free(about->text[0]);
	free(about->text[1]);
	json_object_put(about->config);
}

char **
about_all(const struct store *store, size_t *count)
{
	char dir[PATH_MAX], **list = find_names(store, NULL, count);
	size_t named = *count;
	const struct dirent *entry;
	DIR *d;

	/* Which of them have a name, by id: sorted, to find them fast. */
	char(*ids)[DIGEST_HEX] = calloc(named + 1, sizeof(*ids));

	if (ids == NULL)
		err(EXIT_OWN, "calloc");
	for (size_t i = 0; list != NULL && i < named; i++)
		store_need(store, list[i], ids[i]);
	qsort(ids, named, sizeof(*ids),
	    (int (*)(const void *, const void *))strcmp);
	file_path(dir, sizeof(dir), "%s/images", store->dir);
	d = opendir(dir);
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (digest_is_hex(entry->d_name) &&
		    bsearch(entry->d_name, ids, named, sizeof(*ids),
			(int (*)(const void *, const void *))strcmp) == NULL) {
			list = options_grow(list, *count, sizeof(*list));
			list[(*count)++] = options_copy(entry->d_name);
		}
	if (d != NULL)
		closedir(d);
	free(ids);
	return list;
}

const char *
about_age(const char *created)
{
	static const struct {
		time_t seconds;
		const char *name;
	} units[] = { { 31536000, "year" }, { 2592000, "month" },
		{ 604800, "week" }, { 86400, "day" }, { 3600, "hour" },
		{ 60, "minute" }, { 1, "second" } };
	static char text[64];
	struct tm tm = { 0 };
	time_t age;
	size_t i = 0;

	if (created == NULL ||
	    strptime(created, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
		return "";
	age = time(NULL) - timegm(&tm);
	if (age < 1)
		return "just now";
	while (age < units[i].seconds)
		i++;
	age /= units[i].seconds;
	snprintf(text, sizeof(text), "%lld %s%s ago", (long long)age,
	    units[i].name, age == 1 ? "" : "s");
	return text;
}

const char *
about_bytes(uint64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	static char text[32];
	double number = (double)bytes;
	size_t i = 0;

	while (number >= 999.5 && i < sizeof(units) / sizeof(units[0]) - 1) {
		number /= 1000;
		i++;
	}
	snprintf(text, sizeof(text), "%.3g%s", number, units[i]);
	return text;
}
