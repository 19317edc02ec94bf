/* index.h - the list of images that other tools read. */

#ifndef INDEX_H
#define INDEX_H

#include "store.h"

/*
 * Write oci/index.json and oci/oci-layout of the store from its names and
 * images: then "skopeo copy oci:DIR:NAME" and its like read the store.  With
 * the store locked.  Exits on failure.
 */
void index_write(const struct store *store);

/*
 * The index of one image as a text, to be freed; ref is its name, or NULL.
 * size: of the manifest's blob.
 */
char *index_of_one(const char *manifest, int64_t size, const char *ref);

/*
 * The same for "docker load" without containerd, which reads manifest.json.
 * blobs as in struct about.
 */
char *index_for_docker(char *const blobs[], size_t count, const char *ref);

/* The text of every oci-layout file. */
extern const char index_layout[];

#endif
