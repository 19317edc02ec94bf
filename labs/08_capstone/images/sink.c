/* sink.c - the tar of a layer, on its way into a blob of the workshop. */

#define _GNU_SOURCE
#include <archive_entry.h>
#include <err.h>
#include <sys/types.h>

#include "exit.h"
#include "progress.h"
#include "sink.h"

static _Noreturn void
fail(struct archive *a)
{
	errx(EXIT_OWN, "gzip: %s", archive_error_string(a));
}

static la_ssize_t
take(struct archive *a, void *arg, const void *data, size_t size)
{
	struct sink *sink = arg;

	(void)a;
	incoming_add(&sink->blob, data, size);
	return (la_ssize_t)size;
}

void
sink_begin(struct sink *sink, const struct store *store)
{
	struct archive_entry *entry = archive_entry_new();
	struct archive *a = archive_write_new();

	incoming_begin(&sink->blob, store);
	sink->digest = digest_begin();
	sink->gzip = a;
	if (archive_write_set_format_raw(a) != ARCHIVE_OK ||
	    archive_write_add_filter_gzip(a) != ARCHIVE_OK)
		fail(a);

	/* Neither the time now nor zeros at the end: only what is in it. */
	if (archive_write_set_filter_option(a, "gzip", "timestamp", NULL) !=
		ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open(a, sink, NULL, take, NULL) != ARCHIVE_OK)
		fail(a);

	/* To libarchive even bare bytes are a file in an archive. */
	archive_entry_set_filetype(entry, AE_IFREG);
	if (archive_write_header(a, entry) != ARCHIVE_OK)
		fail(a);
	archive_entry_free(entry);
}

void
sink_add(struct sink *sink, const void *data, size_t size)
{
	digest_add(sink->digest, data, size);
	progress_add(size);
	if (archive_write_data(sink->gzip, data, size) < 0)
		fail(sink->gzip);
	progress_step();
}

void
sink_end(struct sink *sink, struct layer *layer)
{
	if (archive_write_close(sink->gzip) != ARCHIVE_OK)
		fail(sink->gzip);
	archive_write_free(sink->gzip);
	digest_end(sink->digest, layer->diff_id);
	incoming_end(&sink->blob, layer->blob);
}
