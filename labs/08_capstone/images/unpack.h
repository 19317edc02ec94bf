/* unpack.h - from the archive of a layer to its tree, in overlayfs's form. */

#ifndef UNPACK_H
#define UNPACK_H

#include <stdint.h>

#include "attributes.h"
#include "stream.h"

/* A small archive may unpack to more than any disk holds. */
#define UNPACK_BYTES (INT64_C(64) << 30)
#define UNPACK_ENTRIES INT64_C(4000000)
#define UNPACK_PATHS (INT64_C(256) << 20)

/* What is left of that, and what was lost on the way. */
struct unpack_limits {
	uint64_t bytes;
	uint64_t entries;
	uint64_t paths; /* bytes of those that are kept in memory */
	struct losses losses;
};

/*
 * Read the tar of a stream up to its end, and make what it has below
 * the empty directory root, which is closed.  label names the layer in
 * messages.  The limits count down.  Nothing outside root is touched, whatever
 * the archive holds.  Changes the working directory.  The bytes of all files.
 *
 * Call it as root, be it of a user namespace: overlay_userxattr() then decides
 * on the form.  Exits with one line when anything is wrong; what was unpacked
 * so far stays.
 */
uint64_t unpack(const struct stream *stream, int root, const char *label,
    struct unpack_limits *limits);

#endif
