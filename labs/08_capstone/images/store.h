/* store.h - where images are kept, so that whatever happens they are whole. */

#ifndef STORE_H
#define STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "state.h"

/*
 * Below BOXLAB_HOME, for its owner only, since layers hold set-uid programs:
 *
 *	store/oci/		an OCI image layout: index.json names the
 *				images, blobs/sha256/HEX is as it was loaded
 *	store/layers/HEX/	a layer unpacked, by diff_id, in overlayfs's
 *				form
 *	store/sizes/HEX		how many bytes its files have
 *	store/images/HEX/	an image, by the digest of its configuration:
 *		layers		the HEX of its layers, one a line, top first
 *		blobs		those of its manifest, its configuration and
 *				its layers, lowest first
 *		run		what "box run" needs of the configuration:
 *				"KEY=value" records, each ended by a NUL
 *		new		it is being added: see undo.h
 *	store/names/REF		a symbolic link to the HEX of an image; "%"
 *				stands for "/"
 *	store/tmp/NAME/		where a command prepares what it will add;
 *				locked by it, so that what the dead left is
 *				known
 *	store/dirty		somebody is about to add or remove: where it is
 *				found later, the store is put in order.  What is
 *				in it is undo.h's
 *
 * Who adds or removes holds the lock of store/ exclusively, once all that takes
 * long is done; who reads, or is about to use an image, holds it shared.
 */
struct store {
	char home[PATH_MAX / 4]; /* BOXLAB_HOME */
	char dir[PATH_MAX / 2]; /* store */
	char tmp[PATH_MAX / 2 + 64]; /* store/tmp/NAME, or "" */
	int lock; /* open on store/ */
};

/*
 * Find the store, make what of it is missing, and remove the workshops of
 * commands that died.  Call it after cmd_open().  Exits on failure.
 */
void store_open(struct store *store, const struct state *state);

/*
 * Nobody else adds or removes, until store_unlock().  If one died while it did
 * so, the store is put in order first.
 */
void store_lock(const struct store *store);

/* Likewise, but others may read meanwhile. */
void store_share(const struct store *store);

/* End either of them. */
void store_unlock(const struct store *store);

/*
 * A directory of the command's own in store/tmp, with an empty "blobs",
 * "layers", "sizes" and "images" in it, that is removed however the command
 * exits.  Once.
 */
void store_workshop(struct store *store);

/* Is PART/HEX in the store, or in the workshop of this command? */
bool store_has(const struct store *store, const char *part, const char *hex);
bool store_made(const struct store *store, const char *part, const char *hex);

/*
 * Is a container made of the image, be it an ended one, which needs the layers
 * below its own?  Its id, or NULL.
 */
const char *store_user(const struct store *store, const char *hex);

/* Open a blob of the workshop or the store.  Exits when there is none. */
int store_blob(const struct store *store, const char *hex);

/*
 * The id of an image, from a name or the beginning of its id.  false when
 * there is none; exits when the beginning is that of several.
 */
bool store_find(
    const struct store *store, const char *name, char hex[DIGEST_HEX]);

/* Likewise, and exits when there is none. */
void store_need(
    const struct store *store, const char *name, char hex[DIGEST_HEX]);

/*
 * A file of an image as lines, in *text, which is the memory behind them.  dir
 * is the store's or the workshop's.
 */
char **store_lines(const char *dir, const char *hex, const char *file,
    char **text, size_t *count);

/* The unpacked bytes of a layer, 0 if they are not known. */
uint64_t store_size(const struct store *store, const char *layer);

#endif
