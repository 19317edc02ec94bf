/* file.c - whole small files at once.  See open(2), write(2) and nftw(3). */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
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

/* nftw(3) calls this with the contents of a directory before itself. */
static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

int
file_remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);

	/* Whatever could not be removed keeps its parents: ask the root. */
	if (remove(path) == -1 && errno != ENOENT)
		return -1;
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
