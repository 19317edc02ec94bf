/* source.h - where an image comes from: a directory, or one archive. */

#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"
#include "store.h"

/* A file of an archive: its path there, and where its contents are now. */
struct source_file {
	char *name;
	char hex[DIGEST_HEX];
	char *link; /* it is a link of either kind, to this */
};

struct source {
	const struct store *store;
	const char *path;
	int dir; /* the directory, or -1: it was an archive */
	struct source_file *files; /* of the archive */
	size_t count;
};

/*
 * Open a directory, or read an archive (NULL or "-": standard input) and take
 * all its files into the workshop's blobs, by their digests.  limit: so many
 * bytes may they be.  Exits with one line on failure, and when a file of
 * blobs/sha256 has not the digest that is its name.
 */
void source_open(struct source *source, const struct store *store,
    const char *path, uint64_t limit);
void source_close(struct source *source);

/*
 * Take the file of that name into the workshop, if it is not there already;
 * its digest.  false when there is no such file; exits on other failures.
 */
bool source_take(struct source *source, const char *name, char hex[DIGEST_HEX]);

/*
 * See that the blob of that digest is in the workshop or in the store.  Exits
 * when it is in neither, nor in the source with that digest.
 */
void source_need(struct source *source, const char *hex);

/* Copy what fd has left, into the workshop's blobs; its digest, and bytes. */
uint64_t source_copy(
    const struct store *store, int fd, const char *name, char hex[DIGEST_HEX]);

/* Make a text a blob of the workshop; its digest. */
void source_text(const struct store *store, const char *text, size_t size,
    char hex[DIGEST_HEX]);

#endif
