/*
 * pack.c - from a tree in overlayfs's form to the archive of a layer.
 *
 * The tree belongs to a container, which may be running and wish us ill: a
 * directory may become a link while we are in it.  So each step is one name in
 * one open directory.  Read: openat(2) about O_NOFOLLOW, and "Whiteouts" in
 * layer.md of the OCI image specification.
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attributes.h"
#include "exit.h"
#include "file.h"
#include "inside.h"
#include "oci_name.h"
#include "options.h"
#include "pack.h"
#include "pack_data.h"
#include "progress.h"
#include "shown.h"
#include "sink.h"
#include "whiteout.h"

/* A file with several names: the first is the one that has its contents. */
struct linked {
	dev_t dev;
	ino_t ino;
	char *path;
};

struct packing {
	struct archive *tar;
	struct sink sink;
	const char *const *left_out;
	void *linked; /* a search tree of struct linked */
	dev_t dev; /* what is on another is mounted there */
	char path[PATH_MAX]; /* of what we are at, as the box has it */
};

static _Noreturn void
fail(const struct packing *p)
{
	err(EXIT_OWN, "%s", shown(p->path));
}

static void
write_header(struct packing *p, struct archive_entry *entry)
{
	if (archive_write_header(p->tar, entry) < ARCHIVE_WARN)
		errx(EXIT_OWN, "%s: %s", shown(p->path),
		    archive_error_string(p->tar));
	archive_entry_free(entry);
	progress_step();
}

/* An empty file in the directory that path is in, or that it is. */
static void
put_mark(struct packing *p, int length, const char *prefix, const char *name)
{
	struct archive_entry *entry = archive_entry_new();
	char path[PATH_MAX];

	file_path(
	    path, sizeof(path), "%.*s%s%s", length, p->path, prefix, name);
	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_size(entry, 0);
	archive_entry_set_mtime(entry, 0, 0);
	write_header(p, entry);
}

static int
by_inode(const void *a, const void *b)
{
	const struct linked *x = a, *y = b;

	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->dev < y->dev ? -1 : x->dev > y->dev;
}

/* The path under which this very file is in the archive already, or NULL. */
static const char *
find_linked(struct packing *p, const struct stat *st)
{
	struct linked *linked = options_grow(NULL, 0, sizeof(*linked)), **found;

	linked->dev = st->st_dev;
	linked->ino = st->st_ino;
	linked->path = options_copy(p->path);
	found = tsearch(linked, &p->linked, by_inode);
	if (found == NULL)
		err(EXIT_OWN, "tsearch");
	if (*found == linked)
		return NULL;
	free(linked->path);
	free(linked);
	return (*found)->path;
}

static void
free_linked(void *node)
{
	struct linked *linked = node;

	free(linked->path);
	free(linked);
}

/* Whatever is neither a directory nor has contents; fd is -1 but for a file. */
static void
put_other(
    struct packing *p, int dir, int fd, const char *name, const struct stat *st)
{
	struct archive_entry *entry = archive_entry_new();
	const char *first = st->st_nlink > 1 ? find_linked(p, st) : NULL;
	char target[PATH_MAX];
	ssize_t n;

	archive_entry_set_pathname(entry, p->path);
	if (first != NULL) {
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_hardlink(entry, first);
		archive_entry_set_size(entry, 0);
		write_header(p, entry);
		return;
	}
	if (attributes_get(fd, name, st, entry) == -1)
		fail(p);
	if (S_ISLNK(st->st_mode)) {
		n = readlinkat(dir, name, target, sizeof(target) - 1);
		if (n == -1)
			fail(p);
		target[n] = '\0';
		archive_entry_set_symlink(entry, target);
	}
	if (fd != -1 && pack_measure(fd, st->st_size, entry) == -1)
		fail(p);
	write_header(p, entry);
	if (fd != -1 && pack_write(fd, st->st_size, p->tar) == -1)
		errx(EXIT_OWN, "%s: %s", shown(p->path),
		    archive_error_string(p->tar));
}

/*
 * It may have become another since it was looked at: then it is left out.  It
 * is opened only when it is known to be a file: to open a device is to use it.
 */
static void
put_file(struct packing *p, int dir, const char *name)
{
	char self[INSIDE_PATH];
	int fd, path = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (path == -1 && errno == ENOENT)
		return;
	if (path == -1 || fstat(path, &st) == -1)
		fail(p);
	if (S_ISREG(st.st_mode)) {
		fd = open(inside_name(self, path), O_RDONLY | O_CLOEXEC);
		if (fd == -1 || fstat(fd, &st) == -1)
			fail(p);
		put_other(p, dir, fd, name, &st);
		close(fd);
	}
	close(path);
}

static void put_contents(struct packing *p, int dir);

static void
put_directory(struct packing *p, int dir, const char *name)
{
	struct archive_entry *entry;
	int fd =
	    openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return;
	entry = archive_entry_new();
	if (fd == -1 || fstat(fd, &st) == -1 ||
	    attributes_get(fd, name, &st, entry) == -1)
		fail(p);
	archive_entry_set_pathname(entry, p->path);
	write_header(p, entry);
	if (st.st_dev == p->dev) {
		if (fchdir(fd) == -1)
			fail(p);
		if (overlay_is_opaque("."))
			put_mark(p, (int)strlen(p->path), "/" OCI_OPAQUE, "");
		put_contents(p, fd);
	}
	close(fd);
}

static bool
is_left_out(const struct packing *p)
{
	for (const char *const *path = p->left_out; *path != NULL; path++)
		if (strcmp(*path, p->path) == 0)
			return true;
	return false;
}

/* One name in the directory; at: where it begins in the path. */
static void
put(struct packing *p, int dir, const char *name, int at)
{
	struct stat st;

	if (oci_is_mark(name))
		errx(EXIT_OWN, "%s: an image cannot have a name in %s",
		    shown(p->path), OCI_PREFIX);
	if (fchdir(dir) == -1)
		fail(p);
	if (overlay_is_whiteout(name)) {
		put_mark(p, at, OCI_PREFIX, name);
		return;
	}
	if (lstat(name, &st) == -1) {
		/* Of a box that runs it may be gone by now. */
		if (errno != ENOENT)
			fail(p);
	} else if (S_ISDIR(st.st_mode)) {
		put_directory(p, dir, name);
	} else if (S_ISREG(st.st_mode)) {
		put_file(p, dir, name);
	} else if (S_ISSOCK(st.st_mode)) {
		warnx("%s: left out: a socket", shown(p->path));
	} else {
		put_other(p, dir, -1, name, &st);
	}
}

static int
not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 &&
	    strcmp(entry->d_name, "..") != 0;
}

static void
put_contents(struct packing *p, int dir)
{
	struct dirent **entries;
	size_t end = strlen(p->path), at = end == 0 ? 0 : end + 1;
	int n = scandirat(dir, ".", &entries, not_dots, alphasort);

	if (n == -1)
		fail(p);
	for (int i = 0; i < n; i++) {
		if (at + strlen(entries[i]->d_name) >= sizeof(p->path)) {
			errno = ENAMETOOLONG;
			fail(p);
		}
		if (at > 0)
			p->path[end] = '/';
		strlcpy(p->path + at, entries[i]->d_name, sizeof(p->path) - at);
		if (!is_left_out(p))
			put(p, dir, entries[i]->d_name, (int)at);
		p->path[end] = '\0';
		free(entries[i]);
	}
	free(entries);
}

static la_ssize_t
take(struct archive *a, void *arg, const void *data, size_t size)
{
	(void)a;
	sink_add(arg, data, size);
	return (la_ssize_t)size;
}

void
pack(const struct store *store, const char *dir, const char *const left_out[],
    struct layer *layer)
{
	struct packing p = { .tar = archive_write_new(), .left_out = left_out };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "%s", dir);
	p.dev = st.st_dev;
	sink_begin(&p.sink, store);

	/* Without a locale, names that are not ASCII go in as bytes. */
	if (archive_write_set_format_pax_restricted(p.tar) != ARCHIVE_OK ||
	    archive_write_set_options(p.tar, "pax:xattrheader=SCHILY") !=
		ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(p.tar, 1) != ARCHIVE_OK ||
	    archive_write_open(p.tar, &p.sink, NULL, take, NULL) != ARCHIVE_OK)
		errx(EXIT_OWN, "tar: %s", archive_error_string(p.tar));
	put_contents(&p, fd);
	if (archive_write_close(p.tar) != ARCHIVE_OK)
		errx(EXIT_OWN, "tar: %s", archive_error_string(p.tar));
	archive_write_free(p.tar);
	tdestroy(p.linked, free_linked);
	sink_end(&p.sink, layer);
	close(fd);
}
