/* sink.h - the tar of a layer, on its way into a blob of the workshop. */

#ifndef SINK_H
#define SINK_H

#include <archive.h>
#include <stddef.h>

#include "digest.h"
#include "incoming.h"
#include "manifest.h"
#include "store.h"

/* What is added is compressed with gzip, which every tool reads. */
struct sink {
	struct incoming blob;
	struct digest *digest; /* of the tar itself */
	struct archive *gzip;
};

/*
 * Begin, add the tar in any pieces, end: layer has both digests then.  The
 * same tar gives the same blob.  All exit on failure.
 */
void sink_begin(struct sink *sink, const struct store *store);
void sink_add(struct sink *sink, const void *data, size_t size);
void sink_end(struct sink *sink, struct layer *layer);

#endif
