/* add.c - images on their way into the store, all of them or none. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "add.h"
#include "exit.h"
#include "layer.h"
#include "options.h"
#include "record.h"
#include "ref.h"
#include "shown.h"
#include "store_order.h"
#include "undo.h"

struct added *
add_image(struct adding *adding)
{
	struct added *added;

	adding->images = options_grow(
	    adding->images, adding->count, sizeof(*adding->images));
	added = &adding->images[adding->count++];
	*added = (struct added){ 0 };
	return added;
}

void
add_name(struct added *added, const char *name)
{
	char ref[REF_SIZE];

	if (!ref_parse(ref, name)) {
		warnx("%s: cannot be the name of an image (box load -t NAME "
		      "gives another)",
		    shown(name));
		return;
	}
	added->names = options_grow(
	    added->names, added->name_count, sizeof(*added->names));
	added->names[added->name_count++] = options_copy(ref);
}

/* See that the workshop and the store together have all of an image. */
static void
prepare(struct adding *adding, const struct manifest *manifest)
{
	char text[64];

	if (store_has(adding->store, "images", manifest->id))
		return;
	if (adding->source != NULL) {
		source_need(adding->source, manifest->digest);
		source_need(adding->source, manifest->id);
	}
	for (size_t i = 0; i < manifest->count; i++) {
		struct layer *layer = &manifest->layers[i];

		if (adding->source != NULL)
			source_need(adding->source, layer->blob);
		snprintf(text, sizeof(text), "layer %zu of %zu %.12s", i + 1,
		    manifest->count, layer->diff_id);
		layer_unpack(adding->store, layer->blob, false, layer->diff_id,
		    text, &adding->limits);
	}
	record_write(adding->store, manifest);
}

static bool
has(const struct store *store, const char *part, const char *hex)
{
	return store_made(store, part, hex) || store_has(store, part, hex);
}

/* With the lock held: what we counted on may have been removed until then. */
static bool
is_complete(const struct adding *adding)
{
	for (size_t i = 0; i < adding->count; i++) {
		const struct manifest *manifest = &adding->images[i].manifest;

		if (store_has(adding->store, "images", manifest->id))
			continue;
		if (!has(adding->store, "images", manifest->id) ||
		    !has(adding->store, "blobs", manifest->digest) ||
		    !has(adding->store, "blobs", manifest->id))
			return false;
		for (size_t j = 0; j < manifest->count; j++)
			if (!has(adding->store, "blobs",
				manifest->layers[j].blob) ||
			    !has(adding->store, "layers",
				manifest->layers[j].diff_id))
				return false;
	}
	return true;
}

/* Whose the names are until now, so that they can be given back. */
static char *
list_names(const struct adding *adding)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	undo_begin(f);
	for (size_t i = 0; i < adding->count; i++)
		for (size_t j = 0; j < adding->images[i].name_count; j++)
			undo_note(f, adding->store, adding->images[i].names[j]);
	if (fclose(f) == EOF)
		err(EXIT_OWN, "open_memstream");
	return text;
}

static void
name_all(const struct adding *adding)
{
	for (size_t i = 0; i < adding->count; i++) {
		const struct added *added = &adding->images[i];

		for (size_t j = 0; j < added->name_count; j++)
			order_name(
			    adding->store, added->names[j], added->manifest.id);
	}
}

static void
tell(const struct adding *adding)
{
	for (size_t i = 0; !adding->quiet && i < adding->count; i++) {
		const struct added *added = &adding->images[i];

		for (size_t j = 0; j < added->name_count; j++)
			printf("Loaded image: %s\n", added->names[j]);
		if (added->name_count == 0)
			printf(
			    "Loaded image ID: sha256:%s\n", added->manifest.id);
	}
	layer_tell_losses(&adding->limits.losses);
}

void
add_all(struct adding *adding)
{
	const struct store *store = adding->store;
	char *undo;

	for (;;) {
		for (size_t i = 0; i < adding->count; i++)
			prepare(adding, &adding->images[i].manifest);
		store_lock(store);
		if (is_complete(adding))
			break;
		store_unlock(store);
	}
	undo = list_names(adding);
	order_begin(store, undo);
	order_add(store);
	name_all(adding);
	order_commit(store);
	undo_forget(store);
	order_end(store);
	free(undo);
	store_unlock(store);
	tell(adding);
}
