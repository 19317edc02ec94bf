/*
 * pack_data.c - the contents of a file, with its holes, into an archive.
 *
 * Read: SEEK_DATA and SEEK_HOLE in lseek(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "pack_data.h"

#define CHUNK (128 << 10)

int
pack_measure(int fd, off_t size, struct archive_entry *entry)
{
	off_t data = lseek(fd, 0, SEEK_DATA), hole = 0;

	archive_entry_set_size(entry, size);
	if (size == 0 || (data == -1 && errno != ENXIO))
		return 0; /* this file system knows nothing of holes */
	if (data == 0 && lseek(fd, 0, SEEK_HOLE) >= size)
		return 0;
	while (data != -1 && data < size) {
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole == -1)
			return -1;
		if (hole > size)
			hole = size;
		archive_entry_sparse_add_entry(entry, data, hole - data);
		data = lseek(fd, hole, SEEK_DATA);
	}

	/* The end of the file is not in what lies before its last hole. */
	if (hole < size)
		archive_entry_sparse_add_entry(entry, size, 0);
	return 0;
}

int
pack_write(int fd, off_t size, struct archive *to)
{
	static char buf[CHUNK];
	ssize_t n;

	for (off_t at = 0; at < size; at += n) {
		size_t wanted = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		n = pread(fd, buf, wanted, at);
		if (n == -1)
			err(EXIT_OWN, "read");
		if (n == 0) {
			n = (ssize_t)wanted;
			memset(buf, 0, wanted);
		}
		if (archive_write_data(to, buf, (size_t)n) < 0)
			return -1;
	}
	return 0;
}
