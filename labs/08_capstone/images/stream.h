/* stream.h - a layer's blob, decompressed and hashed beside the unpacking. */

#ifndef STREAM_H
#define STREAM_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

/*
 * A thread reads the blob, plain or compressed, and writes the tar that is in
 * it into a pipe, and takes its digest on the way: so the processor that
 * decompresses is not the one that makes files.
 */
struct stream {
	int tar; /* the end of the pipe to read from */
	int into; /* the thread's end */
	int blob;
	bool any; /* also take what an image may not be compressed with */
	uint64_t limit; /* bytes that the tar may have */
	pthread_t thread;
	char diff_id[DIGEST_HEX];
	char why[128]; /* what went wrong, or "" */
};

/*
 * Begin with a blob, which stays open and the caller's.  Exits on failure.
 */
void stream_begin(struct stream *stream, int blob, bool any, uint64_t limit);

/*
 * Take what nobody read, wait for the thread, and close the pipe.  diff_id is
 * then the digest of the whole tar.  Exits with one line that begins with
 * label when the blob could not be decompressed.
 */
void stream_end(struct stream *stream, const char *label);

#endif
