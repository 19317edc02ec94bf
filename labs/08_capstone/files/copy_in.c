/*
 * copy_in.c - copy trees between two places, neither of which is trusted.
 *
 * One of them is a box's, whose processes may rename and link while we copy.
 * So every step is one name in one open directory, and is checked after it has
 * been opened.  Read: openat(2) about O_NOFOLLOW, copy_file_range(2).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "copy_in.h"
#include "shown.h"

#define KEPT (S_IRWXU | S_IRWXG | S_IRWXO | S_ISVTX)

static int
failed(const char *name)
{
	warn("%s", shown(name));
	return -1;
}

static int
copy_bytes(int in, int out)
{
	char buf[65536];
	ssize_t n, done;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < n; at += done) {
			done = write(out, buf + at, (size_t)(n - at));
			if (done == -1)
				return -1;
		}
	return n == 0 ? 0 : -1;
}

/* Make way for what is no directory; ENOENT is fine. */
static int
make_way(int to, const char *as)
{
	return unlinkat(to, as, 0) == 0 || errno == ENOENT ? 0 : -1;
}

static int
copy_file(int from, const char *name, int to, const char *as)
{
	struct timespec times[2];
	struct stat st;
	int in, out = -1, result = -1;

	in = openat(from, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (in == -1 || fstat(in, &st) == -1)
		return failed(name);
	if (!S_ISREG(st.st_mode)) {
		close(in);
		errno = EBUSY; /* it was a file a moment ago */
		return failed(name);
	}
	if (make_way(to, as) == 0)
		out = openat(to, as,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (out != -1 && copy_bytes(in, out) == 0 &&
	    fchmod(out, st.st_mode & KEPT) == 0 && futimens(out, times) == 0)
		result = 0;
	else
		warn("%s", shown(as));
	if (out != -1)
		close(out);
	close(in);
	return result;
}

static int
copy_link(int from, const char *name, int to, const char *as)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n == -1)
		return failed(name);
	target[n] = '\0';
	if (make_way(to, as) == -1 || symlinkat(target, to, as) == -1)
		return failed(as);
	return 0;
}

/* What is in one open directory goes to another. */
static int
copy_contents(int in, int out)
{
	const struct dirent *entry;
	int again = openat(in, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;
	DIR *d = again == -1 ? NULL : fdopendir(again);

	if (d == NULL)
		return failed("directory");
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    copy_in(in, entry->d_name, out, entry->d_name) == -1)
			result = -1;
	closedir(d);
	return result;
}

static int
copy_directory(int from, const char *name, int to, const char *as)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	struct timespec times[2];
	struct stat st;
	bool made = mkdirat(to, as, 0700) == 0;
	int in = openat(from, name, flags), out, result;

	if (in == -1 || fstat(in, &st) == -1)
		return failed(name);
	out = !made && errno != EEXIST ? -1 : openat(to, as, flags);
	if (out == -1) {
		close(in);
		return failed(as);
	}
	result = copy_contents(in, out);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (made &&
	    (fchmod(out, st.st_mode & KEPT) == -1 ||
		futimens(out, times) == -1))
		result = failed(as);
	close(in);
	close(out);
	return result;
}

int
copy_in(int from, const char *name, int to, const char *as)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return failed(name);
	if (S_ISDIR(st.st_mode))
		return copy_directory(from, name, to, as);
	if (S_ISREG(st.st_mode))
		return copy_file(from, name, to, as);
	if (S_ISLNK(st.st_mode))
		return copy_link(from, name, to, as);
	warnx("%s: left out: neither file, directory nor link", shown(name));
	return 0;
}
