/* cmd_images.c - "box images" and "box history": what the store has. */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "commands.h"
#include "document.h"
#include "exit.h"
#include "options.h"
#include "table.h"

struct listing {
	bool quiet;
	bool whole; /* nothing is cut */
};

static const struct option_row rows[] = {
	{ "quiet", 'q', NULL, "the ids alone", NULL,
	    offsetof(struct listing, quiet) },
	{ "no-trunc", 0, NULL, "cut nothing off", NULL,
	    offsetof(struct listing, whole) },
	{ 0 },
};
static const struct option_group options_listing = { "Listing", rows };

/* What the image's configuration says, "" where it says nothing. */
static const char *
text_of(struct json_object *object, const char *key)
{
	const char *text =
	    document_text(object, key, "the image's configuration");

	return text != NULL ? text : "";
}

static void
add_image(const struct store *store, const struct listing *listing,
    const char *name, struct table *table)
{
	char id[DIGEST_HEX];
	const char *colon = strrchr(name, ':');
	struct about about;

	store_need(store, name, id);
	if (listing->quiet) {
		printf("%.*s\n", listing->whole ? DIGEST_HEX : 12, id);
		return;
	}
	about_read(&about, store, id);
	table_add(table, "%.*s", colon != NULL ? (int)(colon - name) : 6,
	    colon != NULL ? name : "<none>");
	table_add(table, "%s", colon != NULL ? colon + 1 : "<none>");
	table_add(table, "%.*s", listing->whole ? DIGEST_HEX : 12, id);
	table_add(table, "%s", about_age(text_of(about.config, "created")));
	table_add(table, "%s", about_bytes(about.bytes));
	about_free(&about);
}

/* By its whole name, or by all of it but the tag. */
static bool
is_called(const char *name, const char *wanted)
{
	size_t length = strlen(wanted);

	return strncmp(name, wanted, length) == 0 &&
	    (name[length] == '\0' ||
		(name[length] == ':' && strchr(name + length, '/') == NULL));
}

int
cmd_images(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_listing,
		NULL };
	static const char *const heads[] = { "REPOSITORY", "TAG", "IMAGE ID",
		"CREATED", "SIZE", NULL };
	struct table table = { .heads = heads, .shrink = 3 };
	struct listing listing = { 0 };
	struct store store;
	char **list;
	size_t count;
	int first = options_read(
	    argc, argv, groups, "images [options] [name]", &listing);

	if (argc - first > 1)
		errx(EXIT_OWN, "usage: box images [options] [name]");
	begin_command(&store);
	store_share(&store);
	list = about_all(&store, &count);
	table.whole = listing.whole;
	for (size_t i = 0; i < count; i++) {
		if (first == argc || is_called(list[i], argv[first]))
			add_image(&store, &listing, list[i], &table);
		free(list[i]);
	}
	free(list);
	store_unlock(&store);
	if (!listing.quiet)
		table_print(&table);
	return 0;
}

/* One step of the image's making, and the layer that it left, if any. */
static void
add_step(const struct store *store, const struct listing *listing,
    struct json_object *step, const char *layer, struct table *table)
{
	if (listing->quiet) {
		printf("%.*s\n", listing->whole ? DIGEST_HEX : 12,
		    layer != NULL ? layer : "<none>");
		return;
	}
	table_add(table, "%.*s", listing->whole ? DIGEST_HEX - 1 : 12,
	    layer != NULL ? layer : "<none>");
	table_add(table, "%s", about_age(text_of(step, "created")));
	table_add(table, "%8s",
	    about_bytes(layer != NULL ? store_size(store, layer) : 0));
	table_add(table, "%s", text_of(step, "created_by"));
	if (table->heads[4] != NULL)
		table_add(table, "%s", text_of(step, "comment"));
}

static bool
left_no_layer(struct json_object *step)
{
	struct json_object *empty =
	    document_get(step, "empty_layer", json_type_boolean, "history");

	return empty != NULL && json_object_get_boolean(empty);
}

static bool
has_comments(struct json_object *steps)
{
	size_t i = 0, n = steps != NULL ? json_object_array_length(steps) : 0;

	while (i < n &&
	    text_of(json_object_array_get_idx(steps, i), "comment")[0] == '\0')
		i++;
	return i < n;
}

static void
print_history(const struct store *store, const struct listing *listing,
    const struct about *about)
{
	const char *heads[] = { "LAYER", "CREATED", "    SIZE", "CREATED BY",
		NULL, NULL };
	struct table table = {
		.heads = heads, .shrink = 1 << 3, .whole = listing->whole
	};
	static const char what[] = "the image's configuration";
	struct json_object *steps =
	    document_get(about->config, "history", json_type_array, what);
	struct json_object *rootfs =
	    document_get(about->config, "rootfs", json_type_object, what);
	struct json_object *ids =
	    document_get(rootfs, "diff_ids", json_type_array, what);
	size_t layer = json_object_array_length(ids);
	size_t step = steps != NULL ? json_object_array_length(steps) : 0;

	if (has_comments(steps))
		heads[4] = "COMMENT";

	/* From the end, where both agree even if the beginning is missing. */
	while (step > 0 || layer > 0) {
		struct json_object *entry =
		    step > 0 ? json_object_array_get_idx(steps, --step) : NULL;
		const char *diff_id = NULL;

		if (layer > 0 && !left_no_layer(entry))
			diff_id = digest_parse(json_object_get_string(
			    json_object_array_get_idx(ids, --layer)));
		add_step(store, listing, entry, diff_id, &table);
	}
	if (!listing->quiet)
		table_print(&table);
}

int
cmd_history(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_listing,
		NULL };
	struct listing listing = { 0 };
	struct store store;
	struct about about;
	char id[DIGEST_HEX];
	int first = options_read(
	    argc, argv, groups, "history [options] image", &listing);

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box history [options] image");
	begin_command(&store);
	store_share(&store);
	store_need(&store, argv[first], id);
	about_read(&about, &store, id);
	print_history(&store, &listing, &about);
	about_free(&about);
	return 0;
}
