/* about.h - what there is to say about an image of the store. */

#ifndef ABOUT_H
#define ABOUT_H

#include <stdint.h>

#include <json-c/json.h>

#include "digest.h"
#include "store.h"

struct about {
	char id[DIGEST_HEX];
	char **names; /* sorted */
	size_t name_count;
	struct json_object *config;
	char **layers; /* top first, as in the store */
	size_t layer_count;
	char **blobs; /* the manifest's, the configuration's, the layers' */
	size_t blob_count;
	char *text[2]; /* the memory behind these two */
	uint64_t bytes; /* of all files, unpacked */
};

/*
 * Read it all but the names, for the image of that id; and those, which takes
 * a look at the names of all images.  Both exit on failure.
 */
void about_read(struct about *about, const struct store *store, const char *id);
void about_read_names(struct about *about, const struct store *store);
void about_free(struct about *about);

/*
 * The name of every image, and the id of each that has none: a list, sorted,
 * to be freed with its texts.
 */
char **about_all(const struct store *store, size_t *count);

/* A time as in "2026-11-25T10:00:00Z", as "3 days ago"; "" when it is none. */
const char *about_age(const char *created);

/* Bytes as in "4.2MB": four characters of number at most. */
const char *about_bytes(uint64_t bytes);

#endif
