/* file.c - whole small files at once, and whole trees.  See unlinkat(2). */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"

/* Write all of text to fd and close it. */
static int
write_and_close(int fd, const char *text)
{
	size_t size = strlen(text);
	ssize_t n = write(fd, text, size);
	int saved = errno;

	close(fd);
	if (n == (ssize_t)size)
		return 0;
	errno = n == -1 ? saved : ENOSPC;
	return -1;
}

int
file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	return write_and_close(fd, text);
}

ssize_t
file_read(const char *path, char *buf, size_t size)
{
	size_t used = 0;
	ssize_t n;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	while ((n = read(fd, buf + used, size - used)) > 0)
		if ((used += (size_t)n) == size) {
			errno = EFBIG;
			n = -1;
			break;
		}
	saved = errno;
	close(fd);
	if (n == -1) {
		errno = saved;
		return -1;
	}
	if (used > 0 && buf[used - 1] == '\n')
		used--;
	buf[used] = '\0';
	return (ssize_t)used;
}

int
file_create(const char *path, const char *text, mode_t mode)
{
	int fd, saved;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd == -1)
		return -1;
	if (write_and_close(fd, text) == -1) {
		saved = errno;
		unlink(path);
		errno = saved;
		return -1;
	}
	return 0;
}

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/*
 * Remove what is in the directory dir, and move each directory that is not
 * empty up to top, under a name that is not there.  0 once dir is empty.
 */
static int
remove_contents(int top, int dir)
{
	static unsigned long moved;
	const struct dirent *entry;
	char name[32];
	DIR *d = fdopendir(dir);

	if (d == NULL) {
		close(dir);
		return -1;
	}
	while ((entry = readdir(d)) != NULL) {
		if (is_dot(entry->d_name) ||
		    unlinkat(dir, entry->d_name, 0) == 0 ||
		    unlinkat(dir, entry->d_name, AT_REMOVEDIR) == 0)
			continue;
		do
			snprintf(name, sizeof(name), "moved-%lu", moved++);
		while (renameat2(dir, entry->d_name, top, name,
			   RENAME_NOREPLACE) == -1 &&
		    errno == EEXIST);
	}
	closedir(d);
	return 0;
}

/* One round over the directories in top; -1 when it removed none of them. */
static int
remove_round(int top)
{
	const struct dirent *entry;
	int dir, removed = 0;
	DIR *d;

	dir = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1 || (d = fdopendir(dir)) == NULL)
		return -1;
	while ((entry = readdir(d)) != NULL) {
		if (is_dot(entry->d_name))
			continue;
		if (unlinkat(top, entry->d_name, 0) == -1 &&
		    unlinkat(top, entry->d_name, AT_REMOVEDIR) == -1) {
			dir = openat(top, entry->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (dir != -1)
				remove_contents(top, dir);
			if (unlinkat(top, entry->d_name, AT_REMOVEDIR) == -1)
				continue;
		}
		removed++;
	}
	closedir(d);
	return removed > 0 ? 0 : -1;
}

/*
 * Recursion would need a descriptor, or a longer path, for each level, and
 * who made the tree may have made it too deep for either.  So a tree is
 * removed from its top, into which all that is deeper is moved.
 */
int
file_remove_tree(const char *path)
{
	int top, saved;

	top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (top == -1)
		return errno == ENOENT ? 0 : unlink(path);
	while (rmdir(path) == -1)
		if (errno != ENOTEMPTY || remove_round(top) == -1) {
			saved = errno;
			close(top);
			errno = saved;
			return -1;
		}
	close(top);
	return 0;
}

void
file_path(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= size)
		errx(EXIT_OWN, "path too long: %.64s...", buf);
}
