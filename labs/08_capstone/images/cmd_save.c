/* cmd_save.c - "box save": an image as an OCI layout, for any other tool. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "about.h"
#include "commands.h"
#include "exit.h"
#include "file.h"
#include "index.h"
#include "options.h"
#include "progress.h"
#include "ref.h"

#define CHUNK (256 << 10)

/* Where the files of a layout go: a directory, or else an archive. */
struct saving {
	int *blobs; /* those of the image, open */
	int dir;
	struct archive *tar;
	time_t now;
};

static void
set_output(const char *text, void *to)
{
	const char **output = to;

	if (text[0] == '\0')
		errx(EXIT_OWN, "-o: no name of a file");
	*output = text;
}

static const struct option_row rows[] = {
	{ "output", 'o', "FILE|DIR/", "else standard output", set_output, 0 },
	{ 0 },
};
static const struct option_group options_output = { "Output", rows };

static void
put_header(const struct saving *saving, const char *name, int64_t size)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, size < 0 ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(entry, size < 0 ? 0755 : 0644);
	archive_entry_set_size(entry, size < 0 ? 0 : size);
	archive_entry_set_mtime(entry, saving->now, 0);
	if (archive_write_header(saving->tar, entry) < ARCHIVE_WARN)
		errx(EXIT_OWN, "%s: %s", name,
		    archive_error_string(saving->tar));
	archive_entry_free(entry);
}

static void
put_directory(const struct saving *saving, const char *name)
{
	if (saving->tar != NULL)
		put_header(saving, name, -1);
	else if (mkdirat(saving->dir, name, 0777 & ~begin_umask) == -1 &&
	    errno != EEXIST)
		err(EXIT_OWN, "%s", name);
}

/* Start a file: a descriptor if it goes into a directory. */
static int
begin_file(const struct saving *saving, const char *name, int64_t size)
{
	int fd;

	if (saving->tar != NULL) {
		put_header(saving, name, size);
		return -1;
	}
	fd = openat(saving->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0666 & ~begin_umask);
	if (fd == -1)
		err(EXIT_OWN, "%s", name);
	return fd;
}

static void
put_data(const struct saving *saving, int fd, const char *data, size_t size)
{
	ssize_t n;

	progress_add(size);
	progress_step();
	for (; size > 0; data += n, size -= (size_t)n) {
		n = fd == -1
		    ? (ssize_t)archive_write_data(saving->tar, data, size)
		    : write(fd, data, size);
		if (n <= 0 && fd == -1)
			errx(EXIT_OWN, "save: %s",
			    archive_error_string(saving->tar));
		if (n == -1)
			err(EXIT_OWN, "save");
	}
}

static void
put_text(const struct saving *saving, const char *name, const char *text)
{
	int fd = begin_file(saving, name, (int64_t)strlen(text));

	put_data(saving, fd, text, strlen(text));
	if (fd != -1 && close(fd) == -1)
		err(EXIT_OWN, "%s", name);
}

static int64_t
blob_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		err(EXIT_OWN, "blob");
	return st.st_size;
}

static void
put_blob(const struct saving *saving, const char *hex, int from)
{
	static char buf[CHUNK];
	char name[DIGEST_HEX + 16];
	int64_t size = blob_size(from);
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "blobs/sha256/%s", hex);
	progress_begin(hex, (uint64_t)size);
	fd = begin_file(saving, name, size);
	while ((n = read(from, buf, sizeof(buf))) > 0)
		put_data(saving, fd, buf, (size_t)n);
	if (n == -1 || (fd != -1 && close(fd) == -1))
		err(EXIT_OWN, "%s", name);
	progress_end();
	close(from);
}

static bool
is_again(const struct about *about, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(about->blobs[j], about->blobs[i]) == 0)
			return true;
	return false;
}

/* Once they are open nobody can take them away, however long it takes. */
static void
open_blobs(
    struct saving *saving, const struct store *store, const struct about *about)
{
	saving->blobs = calloc(about->blob_count, sizeof(*saving->blobs));
	if (saving->blobs == NULL)
		err(EXIT_OWN, "calloc");
	for (size_t i = 0; i < about->blob_count; i++)
		if (!is_again(about, i))
			saving->blobs[i] = store_blob(store, about->blobs[i]);
}

static void
put_layout(
    const struct saving *saving, const struct about *about, const char *ref)
{
	char *index =
	    index_of_one(about->blobs[0], blob_size(saving->blobs[0]), ref);
	char *docker = index_for_docker(about->blobs, about->blob_count, ref);

	put_directory(saving, "blobs");
	put_directory(saving, "blobs/sha256");
	for (size_t i = 0; i < about->blob_count; i++)
		if (!is_again(about, i))
			put_blob(saving, about->blobs[i], saving->blobs[i]);
	put_text(saving, "oci-layout", index_layout);
	put_text(saving, "index.json", index);
	put_text(saving, "manifest.json", docker);
	free(index);
	free(docker);
}

static char unfinished[PATH_MAX]; /* for the function below, at exit */

static void
remove_unfinished(void)
{
	if (unfinished[0] != '\0')
		unlink(unfinished);
}

/*
 * A file is written under another name, and replaced once all is in it.  What
 * is no file, as a device or a link, stays and is written to.
 */
static int
open_output(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
		if (fd == -1)
			err(EXIT_OWN, "%s", path);
		return fd;
	}
	file_path(unfinished, sizeof(unfinished), "%s.XXXXXX", path);
	fd = mkostemp(unfinished, O_CLOEXEC);
	if (fd == -1) {
		unfinished[0] = '\0';
		err(EXIT_OWN, "%s", path);
	}
	atexit(remove_unfinished);
	if (fchmod(fd, 0666 & ~begin_umask) == -1)
		err(EXIT_OWN, "%s", unfinished);
	return fd;
}

static void
save_archive(struct saving *saving, const char *path, const struct about *about,
    const char *ref)
{
	int fd = path != NULL ? open_output(path) : STDOUT_FILENO;

	saving->tar = archive_write_new();
	archive_write_set_format_pax_restricted(saving->tar);
	if (archive_write_open_fd(saving->tar, fd) != ARCHIVE_OK)
		errx(EXIT_OWN, "%s", archive_error_string(saving->tar));
	put_layout(saving, about, ref);
	if (archive_write_free(saving->tar) != ARCHIVE_OK)
		errx(EXIT_OWN, "save: could not write all of it");
	if (path != NULL &&
	    (close(fd) == -1 ||
		(unfinished[0] != '\0' && rename(unfinished, path) == -1)))
		err(EXIT_OWN, "%s", path);
	unfinished[0] = '\0';
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* An empty directory, or one to be made: never among somebody's files. */
static void
save_directory(struct saving *saving, const char *path,
    const struct about *about, const char *ref)
{
	const struct dirent *entry;
	DIR *d;

	if (mkdir(path, 0777 & ~begin_umask) == -1 && errno != EEXIST)
		err(EXIT_OWN, "%s", path);
	d = opendir(path);
	if (d == NULL)
		err(EXIT_OWN, "%s", path);
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0) {
			errno = ENOTEMPTY;
			err(EXIT_OWN, "%s", path);
		}
	saving->dir = dirfd(d);
	put_layout(saving, about, ref);
	closedir(d);
}

int
cmd_save(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_output,
		NULL };
	struct store store;
	struct saving saving = { .dir = -1, .now = time(NULL) };
	struct about about;
	const char *path = NULL, *name = NULL;
	char id[DIGEST_HEX], ref[REF_SIZE];
	int first =
	    options_read(argc, argv, groups, "save [options] image", &path);

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box save [options] image");
	if (path == NULL && isatty(STDOUT_FILENO))
		errx(EXIT_OWN, "an archive is nothing for a terminal (-o)");
	begin_command(&store);
	store_share(&store);
	store_need(&store, argv[first], id);
	about_read(&about, &store, id);
	about_read_names(&about, &store);
	open_blobs(&saving, &store, &about);
	store_unlock(&store);
	if (ref_parse(ref, argv[first]))
		for (size_t i = 0; i < about.name_count; i++)
			if (strcmp(ref, about.names[i]) == 0)
				name = ref;
	if (name == NULL && about.name_count > 0)
		name = about.names[0];
	if (path != NULL &&
	    (is_directory(path) || path[strlen(path) - 1] == '/'))
		save_directory(&saving, path, &about, name);
	else
		save_archive(&saving, path, &about, name);
	about_free(&about);
	free(saving.blobs);
	return 0;
}
