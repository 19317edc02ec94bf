/* incoming.h - a blob of the workshop that grows, until its name is known. */

#ifndef INCOMING_H
#define INCOMING_H

#include <stddef.h>

#include "digest.h"
#include "store.h"

struct incoming {
	const struct store *store;
	int fd;
	struct digest *digest;
};

/*
 * One at a time.  Begin, add what there is in any pieces, end: hex is its
 * digest then, and so its name.  All exit on failure, and when a signal asked
 * for that.
 */
void incoming_begin(struct incoming *in, const struct store *store);
void incoming_add(struct incoming *in, const char *data, size_t size);
void incoming_end(struct incoming *in, char hex[DIGEST_HEX]);

#endif
