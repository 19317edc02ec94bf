/*
 * unpack.c - from the archive of a layer to its tree, in overlayfs's form.
 *
 * Who made the archive may have wished us ill.  So no path of it is handed to
 * the kernel as it is: the directory comes from beneath.h, and the last part
 * is only ever made anew (O_EXCL and the like) or removed, never followed.
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <archive.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "exit.h"
#include "file.h"
#include "inside.h"
#include "marks.h"
#include "options.h"
#include "overlay.h"
#include "progress.h"
#include "shown.h"
#include "unpack.h"

/* A directory whose times wait until nothing more is put into it. */
struct dated {
	char *path;
	struct timespec times[2];
};

struct unpacking {
	const struct stream *stream;
	struct archive *tar;
	const char *label;
	struct unpack_limits *limits;
	uint64_t bytes;
	struct beneath at;
	struct marks marks;
	struct dated *dated;
	size_t dated_count;
};

static _Noreturn void
refuse(const struct unpacking *u, const char *path, const char *why)
{
	errx(EXIT_OWN, "layer %.12s: %s: %s", u->label, shown(path), why);
}

static _Noreturn void
fail(const struct unpacking *u, const char *path)
{
	refuse(u, path[0] != '\0' ? path : "/", strerror(errno));
}

/* A tar that ends too early may be the fault of the blob that it comes from. */
static _Noreturn void
refuse_tar(const struct unpacking *u, const char *path)
{
	refuse(u, path,
	    u->stream->why[0] != '\0' ? u->stream->why
				      : archive_error_string(u->tar));
}

static void
count(struct unpacking *u, const char *path, struct archive_entry *entry)
{
	int64_t size =
	    archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;

	if (u->limits->entries-- == 0)
		refuse(u, path, "too many files");
	if (size < 0 || (uint64_t)size > u->limits->bytes)
		refuse(u, path, "the image is too large (see --limit)");
	u->limits->bytes -= (uint64_t)size;
	u->bytes += (uint64_t)size;
}

/* The path is kept until the layer's end. */
static void
count_path(struct unpacking *u, const char *path)
{
	uint64_t size = strlen(path) + sizeof(struct dated);

	if (size > u->limits->paths)
		refuse(u, path, "too many directories and whiteouts");
	u->limits->paths -= size;
}

/* One try to make a file of any kind: a descriptor or 0, or -1 with errno. */
static int
make(int dir, const char *name, struct archive_entry *entry)
{
	mode_t type = archive_entry_filetype(entry);
	const char *target = archive_entry_symlink(entry);

	switch (type) {
	case AE_IFREG:
		return openat(dir, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    archive_entry_perm(entry) & 0777);
	case AE_IFDIR:
		return mkdirat(dir, name, 0700);
	case AE_IFLNK:
		return symlinkat(target != NULL ? target : "", dir, name);
	case AE_IFIFO:
	case AE_IFCHR:
	case AE_IFBLK:
		return mknodat(
		    dir, name, type | 0600, archive_entry_rdev(entry));
	default:
		errno = EINVAL;
		return -1;
	}
}

/* Remove what has a name already: the later entry is the one that counts. */
static void
give_way(struct unpacking *u, int dir, const char *name, const char *path)
{
	/* The directory may go with it, and ours would be gone too. */
	if (fchdir(dir) == -1 || file_remove_tree(name) == -1)
		fail(u, path);
	beneath_forget(&u->at);
}

static bool
is_directory(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

/* The directory of a path, and the path's last part. */
static int
parent(struct unpacking *u, const char *path, const char **name)
{
	int dir = beneath_parent(&u->at, path, name);

	if (dir == -1 && errno == EEXIST)
		refuse(u, path, "a link on the way leads nowhere");
	if (dir == -1)
		fail(u, path);
	return dir;
}

static void
write_data(struct unpacking *u, int fd, const char *path, off_t size)
{
	const void *data;
	size_t n;
	off_t at, end = 0;
	int result;

	while ((result = archive_read_data_block(u->tar, &data, &n, &at)) ==
	    ARCHIVE_OK) {
		if (at < 0 || at > size || n > (size_t)(size - at))
			refuse(u, path, "more data than it should have");
		for (size_t done = 0; done < n;) {
			ssize_t wrote = pwrite(fd, (const char *)data + done,
			    n - done, at + (off_t)done);
			if (wrote == -1)
				fail(u, path);
			done += (size_t)wrote;
		}
		end = at + (off_t)n;
		progress_step();
	}
	if (result != ARCHIVE_EOF)
		refuse_tar(u, path);
	if (end < size && ftruncate(fd, size) == -1)
		fail(u, path);
}

static void
set_attributes(struct unpacking *u, int fd, int dir, const char *name,
    const char *path, struct archive_entry *entry)
{
	int result = attributes_set(&u->limits->losses, fd, dir, name, entry);

	if (result == 1)
		refuse(u, path, "has an attribute of overlayfs's own");
	if (result == -1)
		fail(u, path);
}

/* What could not have been meant well, or cannot be made here. */
static bool
is_left_out(struct unpacking *u, const char *path, struct archive_entry *entry)
{
	mode_t type = archive_entry_filetype(entry);

	if (type != AE_IFCHR && type != AE_IFBLK)
		return false;
	if (type == AE_IFCHR && archive_entry_rdev(entry) == makedev(0, 0))
		refuse(u, path, "device 0:0 is a mark of overlayfs");
	if (!overlay_userxattr())
		return false;
	u->limits->losses.device = true;
	return true;
}

static void
put_file(struct unpacking *u, const char *path, struct archive_entry *entry)
{
	const char *name;
	int dir = parent(u, path, &name), fd;
	bool regular = archive_entry_filetype(entry) == AE_IFREG;

	fd = make(dir, name, entry);
	if (fd == -1 && errno == EEXIST) {
		give_way(u, dir, name, path);
		dir = parent(u, path, &name);
		fd = make(dir, name, entry);
	}
	if (fd == -1)
		fail(u, path);
	if (regular)
		write_data(u, fd, path, archive_entry_size(entry));
	set_attributes(u, regular ? fd : -1, dir, name, path, entry);
	if (regular && close(fd) == -1)
		fail(u, path);
}

static void
put_directory(
    struct unpacking *u, const char *path, struct archive_entry *entry)
{
	const char *name = ".";
	int dir = path[0] == '\0' ? beneath_directory(&u->at, "")
				  : parent(u, path, &name);
	struct dated *dated;

	if (path[0] != '\0' && mkdirat(dir, name, 0700) == -1 &&
	    !(errno == EEXIST && is_directory(dir, name))) {
		if (errno != EEXIST)
			fail(u, path);
		give_way(u, dir, name, path);
		dir = parent(u, path, &name);
		if (make(dir, name, entry) == -1)
			fail(u, path);
	}
	set_attributes(u, -1, dir, name, path, entry);
	count_path(u, path);
	u->dated = options_grow(u->dated, u->dated_count, sizeof(*u->dated));
	dated = &u->dated[u->dated_count++];
	dated->path = options_copy(path);
	attributes_times(entry, dated->times);
}

/* A second name for a file that the layer itself has. */
static void
put_link(struct unpacking *u, const char *path, const char *target)
{
	char clean[PATH_MAX];
	const char *name, *old;
	int dir, from;

	if (beneath_clean(clean, target) == -1 || clean[0] == '\0')
		refuse(u, path, "a link to outside of the layer");
	if (strcmp(clean, path) == 0)
		refuse(u, path, "a link to itself");
	from = dup(parent(u, clean, &old));
	dir = parent(u, path, &name);
	if (from == -1)
		fail(u, path);
	if (linkat(from, old, dir, name, 0) == -1) {
		if (errno != EEXIST)
			fail(u, path);
		give_way(u, dir, name, path);
		dir = parent(u, path, &name);
		if (linkat(from, old, dir, name, 0) == -1)
			fail(u, path);
	}
	close(from);
}

static void
put(struct unpacking *u, struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname(entry);
	const char *target = archive_entry_hardlink(entry);
	mode_t type = archive_entry_filetype(entry);
	char path[PATH_MAX];
	int mark;

	if (raw == NULL || beneath_clean(path, raw) == -1)
		refuse(u, raw != NULL ? raw : "", "not a path in a layer");
	count(u, path, entry);
	mark = marks_take(&u->marks, path, type == AE_IFREG || target != NULL);
	if (mark == -1)
		refuse(u, path, "a whiteout that makes no sense");
	if (mark == 1) {
		count_path(u, path);
		return;
	}
	if (target != NULL)
		put_link(u, path, target);
	else if (type == AE_IFDIR)
		put_directory(u, path, entry);
	else if (path[0] == '\0')
		refuse(u, "/", "not a directory");
	else if (!is_left_out(u, path, entry))
		put_file(u, path, entry);
}

static void
date_directories(struct unpacking *u)
{
	char name[INSIDE_PATH];
	int dir;

	/* One that a later entry has replaced is no directory any more. */
	for (size_t i = 0; i < u->dated_count; i++) {
		struct dated *dated = &u->dated[i];

		dir = inside_exact(u->at.root, dated->path);
		if (dir != -1 && is_directory(dir, ".") &&
		    utimensat(AT_FDCWD, inside_name(name, dir), dated->times,
			0) == -1)
			fail(u, dated->path);
		if (dir != -1)
			close(dir);
		free(dated->path);
	}
	free(u->dated);
}

uint64_t
unpack(const struct stream *stream, int root, const char *label,
    struct unpack_limits *limits)
{
	struct unpacking u = {
		.label = label, .stream = stream, .limits = limits
	};
	struct archive_entry *entry;
	const char *failed;
	int result;

	beneath_open(&u.at, root);
	u.tar = archive_read_new();
	if (u.tar == NULL)
		err(EXIT_OWN, "libarchive");
	archive_read_support_format_tar(u.tar);
	archive_read_support_format_empty(u.tar);
	result = archive_read_open_fd(u.tar, stream->tar, 128 << 10);
	/* It would have us retry behind a damaged header. */
	while (result >= ARCHIVE_WARN &&
	    (result = archive_read_next_header(u.tar, &entry)) >=
		ARCHIVE_WARN &&
	    result != ARCHIVE_RETRY && result != ARCHIVE_EOF) {
		put(&u, entry);
		progress_step();
	}
	if (result != ARCHIVE_EOF)
		refuse_tar(&u, "tar");
	archive_read_free(u.tar);
	failed = marks_apply(&u.marks, &u.at);
	if (failed != NULL)
		fail(&u, failed);
	marks_free(&u.marks);
	date_directories(&u);
	beneath_close(&u.at);
	return u.bytes;
}
