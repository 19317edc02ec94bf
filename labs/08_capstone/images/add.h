/* add.h - images on their way into the store, all of them or none. */

#ifndef ADD_H
#define ADD_H

#include <stdbool.h>
#include <stddef.h>

#include "manifest.h"
#include "source.h"
#include "store.h"
#include "unpack.h"

struct added {
	struct manifest manifest;
	char **names; /* complete ones, as of ref.h */
	size_t name_count;
};

struct adding {
	struct store *store;
	struct source *source;
	struct unpack_limits limits;
	struct added *images;
	size_t count;
	bool quiet; /* print no names */
};

/* Take one more image into account. */
struct added *add_image(struct adding *adding);

/*
 * Give the image a name; one that cannot be an image's is said to be left out.
 */
void add_name(struct added *added, const char *name);

/*
 * Unpack what is missing of all images, put them into the store, and print
 * their names, if that is wanted.  Exits on failure, with the store as it was,
 * or so that the next command makes it so.
 */
void add_all(struct adding *adding);

#endif
