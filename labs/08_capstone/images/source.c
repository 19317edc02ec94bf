/* source.c - where an image comes from: a directory, or one archive. */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/openat2.h>

#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "exit.h"
#include "file.h"
#include "incoming.h"
#include "options.h"
#include "progress.h"
#include "shown.h"
#include "source.h"

#define CHUNK (256 << 10)
#define MOST_FILES 20000
#define BLOBS "blobs/sha256/"

/* The file called BLOBS HEX must have that digest. */
static void
check_name(const char *name, const char *hex)
{
	if (strncmp(name, BLOBS, strlen(BLOBS)) == 0 &&
	    strcmp(name + strlen(BLOBS), hex) != 0)
		errx(EXIT_OWN, "%s: its digest is another, %s", shown(name),
		    hex);
}

uint64_t
source_copy(
    const struct store *store, int fd, const char *name, char hex[DIGEST_HEX])
{
	static char buf[CHUNK];
	struct incoming in;
	uint64_t bytes = 0;
	ssize_t n;

	incoming_begin(&in, store);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		incoming_add(&in, buf, (size_t)n);
		progress_add((uint64_t)n);
		bytes += (uint64_t)n;
	}
	if (n == -1)
		err(EXIT_OWN, "%s", shown(name));
	incoming_end(&in, hex);
	return bytes;
}

void
source_text(const struct store *store, const char *text, size_t size,
    char hex[DIGEST_HEX])
{
	struct incoming in;

	incoming_begin(&in, store);
	incoming_add(&in, text, size);
	incoming_end(&in, hex);
}

static struct source_file *
add_file(struct source *source, const char *name)
{
	struct source_file *file;

	if (source->count == MOST_FILES)
		errx(EXIT_OWN, "%s: too many files", source->path);
	source->files =
	    options_grow(source->files, source->count, sizeof(*source->files));
	file = &source->files[source->count++];
	*file = (struct source_file){ .name = options_copy(name) };
	return file;
}

static void
read_file(
    struct source *source, struct archive *a, const char *name, uint64_t *limit)
{
	struct incoming in;
	const void *data;
	size_t size;
	la_int64_t at, end = 0;
	int result;

	incoming_begin(&in, source->store);
	while ((result = archive_read_data_block(a, &data, &size, &at)) ==
	    ARCHIVE_OK) {
		if (at != end)
			errx(EXIT_OWN, "%s: has holes", shown(name));
		if (size > *limit)
			errx(EXIT_OWN, "%s: too large (see --limit)",
			    source->path);
		*limit -= size;
		incoming_add(&in, data, size);
		end = at + (la_int64_t)size;
	}
	if (result != ARCHIVE_EOF)
		errx(EXIT_OWN, "%s: %s", source->path, archive_error_string(a));
	incoming_end(&in, add_file(source, name)->hex);
	check_name(name, source->files[source->count - 1].hex);
}

/* "../HEX/layer.tar" beside "HEX/layer.tar" is what old archives have. */
static void
note_link(struct source *source, const char *name, const char *target)
{
	char path[2 * PATH_MAX], clean[PATH_MAX];
	const char *slash = strrchr(name, '/');
	int parent = slash != NULL ? (int)(slash - name) : 0;

	if (strncmp(target, "../", 3) == 0 && parent > 0 &&
	    memchr(name, '/', (size_t)parent) == NULL) {
		parent = 0;
		target += 3;
	}
	file_path(path, sizeof(path), "%.*s/%s", parent, name, target);
	if (beneath_clean(clean, path) == 0)
		add_file(source, name)->link = options_copy(clean);
}

/* It has the other name as it is in the archive, from the root on. */
static void
note_hard_link(struct source *source, const char *name, const char *target)
{
	char clean[PATH_MAX];

	if (beneath_clean(clean, target) == 0)
		add_file(source, name)->link = options_copy(clean);
}

static void
read_entry(struct source *source, struct archive *a,
    struct archive_entry *entry, uint64_t *limit)
{
	const char *raw = archive_entry_pathname(entry);
	char name[PATH_MAX];

	if (raw == NULL || beneath_clean(name, raw) == -1)
		errx(EXIT_OWN, "%s: %s: not a path of an image", source->path,
		    raw != NULL ? shown(raw) : "");
	if (archive_entry_hardlink(entry) != NULL)
		note_hard_link(source, name, archive_entry_hardlink(entry));
	else if (archive_entry_filetype(entry) == AE_IFLNK)
		note_link(source, name, archive_entry_symlink(entry));
	else if (archive_entry_filetype(entry) == AE_IFREG)
		read_file(source, a, name, limit);
}

static void
read_archive(struct source *source, int fd, uint64_t limit)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int64_t before = 0, after;
	int result;

	if (a == NULL)
		err(EXIT_OWN, "libarchive");
	archive_read_support_format_tar(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	result = archive_read_open_fd(a, fd, CHUNK);
	/* It would have us retry behind a damaged header. */
	while (result >= ARCHIVE_WARN &&
	    (result = archive_read_next_header(a, &entry)) >= ARCHIVE_WARN &&
	    result != ARCHIVE_RETRY && result != ARCHIVE_EOF) {
		read_entry(source, a, entry, &limit);
		after = archive_filter_bytes(a, -1);
		progress_add((uint64_t)(after - before));
		before = after;
	}
	if (result != ARCHIVE_EOF)
		errx(EXIT_OWN, "%s: %s", source->path, archive_error_string(a));
	archive_read_free(a);
}

void
source_open(struct source *source, const struct store *store, const char *path,
    uint64_t limit)
{
	bool input = path == NULL || strcmp(path, "-") == 0;
	struct stat st;
	int fd;

	*source = (struct source){ .store = store, .path = path, .dir = -1 };
	if (input)
		source->path = "standard input";
	fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "%s", source->path);
	if (S_ISDIR(st.st_mode)) {
		source->dir = fd;
		return;
	}
	progress_begin(
	    source->path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
	read_archive(source, fd, limit);
	progress_end();
	if (!input)
		close(fd);
}

void
source_close(struct source *source)
{
	for (size_t i = 0; i < source->count; i++) {
		free(source->files[i].name);
		free(source->files[i].link);
	}
	free(source->files);
	if (source->dir != -1)
		close(source->dir);
}

static bool
find_file(const struct source *source, const char *name, char hex[DIGEST_HEX])
{
	/* The last of a name counts, as if they had been unpacked. */
	for (int links = 0; links < 8; links++) {
		size_t i = source->count;

		while (i > 0 && strcmp(source->files[i - 1].name, name) != 0)
			i--;
		if (i == 0)
			return false;
		if (source->files[i - 1].link == NULL) {
			strlcpy(hex, source->files[i - 1].hex, DIGEST_HEX);
			return true;
		}
		name = source->files[i - 1].link;
	}
	return false;
}

bool
source_take(struct source *source, const char *name, char hex[DIGEST_HEX])
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	struct stat st;
	int fd;

	if (source->dir == -1)
		return find_file(source, name, hex);
	do /* it says EAGAIN of a ".." when anybody mounts or renames */
		fd = (int)syscall(
		    SYS_openat2, source->dir, name, &how, sizeof(how));
	while (fd == -1 && errno == EAGAIN);
	if (fd == -1 && errno == ENOENT)
		return false;
	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "%s/%s", source->path, shown(name));
	if (!S_ISREG(st.st_mode))
		errx(EXIT_OWN, "%s/%s: not a file", source->path, shown(name));
	progress_begin(name, (uint64_t)st.st_size);
	source_copy(source->store, fd, name, hex);
	progress_end();
	close(fd);
	check_name(name, hex);
	return true;
}

void
source_need(struct source *source, const char *hex)
{
	char name[PATH_MAX], found[DIGEST_HEX];

	if (store_made(source->store, "blobs", hex) ||
	    store_has(source->store, "blobs", hex))
		return;
	file_path(name, sizeof(name), BLOBS "%s", hex);
	if (!source_take(source, name, found))
		errx(EXIT_OWN, "%s: no blob sha256:%s", source->path, hex);

	/* It may have been a link to another. */
	if (strcmp(found, hex) != 0)
		errx(EXIT_OWN, "%s: its digest is another, %s", name, found);
}
