/* stream.c - a layer's blob, decompressed and hashed beside the unpacking. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <archive.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "progress.h"
#include "stream.h"

#define CHUNK (256 << 10)
#define PIPE_SIZE (1 << 20)

static int
write_all(int fd, const char *data, size_t size)
{
	ssize_t n;

	for (; size > 0; data += n, size -= (size_t)n) {
		n = write(fd, data, size);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return -1;
	}
	return 0;
}

/* The formats that images use; and all others, for "box import". */
static struct archive *
open_blob(const struct stream *stream)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		return NULL;
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_zstd(a);
	if (stream->any) {
		archive_read_support_filter_bzip2(a);
		archive_read_support_filter_xz(a);
	}
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (archive_read_open_fd(a, stream->blob, CHUNK) != ARCHIVE_OK) {
		archive_read_free(a);
		return NULL;
	}
	return a;
}

/* One block further: 1, or 0 at the end, or -1 with a reason in why. */
static int
move_block(struct stream *stream, struct archive *a, struct digest *digest)
{
	const void *data;
	size_t size;
	la_int64_t at;
	int result = archive_read_data_block(a, &data, &size, &at);

	if (result == ARCHIVE_EOF)
		return 0;
	if (result < ARCHIVE_WARN) {
		strlcpy(
		    stream->why, archive_error_string(a), sizeof(stream->why));
		return -1;
	}
	if (size > stream->limit) {
		strlcpy(stream->why, "the image is too large (see --limit)",
		    sizeof(stream->why));
		return -1;
	}
	stream->limit -= size;
	digest_add(digest, data, size);
	return write_all(stream->into, data, size) == 0 ? 1 : -1;
}

static void *
run(void *arg)
{
	struct stream *stream = arg;
	struct digest *digest = digest_begin();
	struct archive *a = open_blob(stream);
	struct archive_entry *entry;
	int64_t before = 0, after;
	int result = -1;

	if (a == NULL)
		strlcpy(stream->why, "cannot be read", sizeof(stream->why));
	else
		result = archive_read_next_header(a, &entry);
	if (a != NULL && result < ARCHIVE_WARN)
		strlcpy(
		    stream->why, archive_error_string(a), sizeof(stream->why));
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
		while (move_block(stream, a, digest) == 1) {
			after = archive_filter_bytes(a, -1);
			progress_add((uint64_t)(after - before));
			before = after;
		}
	archive_read_free(a);
	digest_end(digest, stream->diff_id);
	close(stream->into); /* the reader's end-of-file */
	return NULL;
}

void
stream_begin(struct stream *stream, int blob, bool any, uint64_t limit)
{
	int fd[2], error;

	*stream = (struct stream){ .blob = blob, .any = any, .limit = limit };
	if (pipe2(fd, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");

	/* Room for some work ahead, if a plain user may still have it. */
	(void)fcntl(fd[1], F_SETPIPE_SZ, PIPE_SIZE);
	stream->tar = fd[0];
	stream->into = fd[1];
	error = pthread_create(&stream->thread, NULL, run, stream);
	if (error != 0)
		errc(EXIT_OWN, error, "pthread_create");
}

void
stream_end(struct stream *stream, const char *label)
{
	char rest[4096];
	ssize_t n;

	while ((n = read(stream->tar, rest, sizeof(rest))) > 0 ||
	    (n == -1 && errno == EINTR))
		progress_step();
	pthread_join(stream->thread, NULL);
	close(stream->tar);
	if (stream->why[0] != '\0')
		errx(EXIT_OWN, "layer %.12s: %s", label, stream->why);
}
