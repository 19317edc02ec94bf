/* manifest.h - what an image is made of, in either of the two formats. */

#ifndef MANIFEST_H
#define MANIFEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "digest.h"
#include "source.h"
#include "store.h"

struct layer {
	char blob[DIGEST_HEX]; /* as it travels */
	char diff_id[DIGEST_HEX]; /* of the tar in it */
};

struct manifest {
	char digest[DIGEST_HEX]; /* its own */
	char id[DIGEST_HEX]; /* of the configuration, and so of the image */
	struct json_object *config;
	struct layer *layers; /* the lowest first */
	size_t count;
};

/*
 * Read the manifest whose blob has that digest, or of an index the one for
 * this machine.  Its blob and that of the configuration are then in the
 * workshop or the store; the layers' may not be yet.  Exits with one line when
 * it makes no sense.
 */
void manifest_read(
    struct manifest *manifest, struct source *source, const char *hex);

/*
 * Make one from an element of the manifest.json of "docker save", whose layers
 * are files of the source: the blob goes into the workshop.
 */
void manifest_convert(struct manifest *manifest, struct source *source,
    struct json_object *element);

/* Room for one more layer, above the others.  Exits when they are too many. */
struct layer *manifest_add_layer(struct manifest *manifest);

/*
 * Make one, and its blob, for a configuration that is in the workshop, and
 * layers that are known.
 */
void manifest_make(struct manifest *manifest, const struct store *store);

/*
 * May an entry of an index be an image for this machine?  Not an attestation
 * or the like, nor what is for another machine.
 */
bool manifest_suits(struct json_object *entry, const char *what);

/* Exit: there is none in it. */
_Noreturn void manifest_refuse_index(const char *what);

/* Of several manifests or indexes in an index, the one for this machine. */
struct json_object *manifest_choose(
    struct json_object *manifests, const char *what);

/* This machine, as images name it: "amd64" and so on. */
const char *manifest_architecture(void);

#endif
