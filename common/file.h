/* file.h - whole small files at once, as /proc and /sys want them. */

#ifndef FILE_H
#define FILE_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Write text to an existing file with one write(2): the files of /proc and of
 * a cgroup take each write as one complete command.  0, or -1 with errno.
 */
int file_write(const char *path, const char *text);

/*
 * Read at most size - 1 bytes of a file, end them with a NUL and drop one
 * trailing newline.  The length, or -1 with errno (EFBIG: it does not fit).
 */
ssize_t file_read(const char *path, char *buf, size_t size);

/*
 * Write path from scratch with the given mode; for files of our own, not for
 * /proc.  0, or -1 with errno and no file left behind.
 */
int file_create(const char *path, const char *text, mode_t mode);

/*
 * Remove path and everything below it without following a symbolic link or
 * leaving its file system.  0, or -1 with errno; what
 * can be removed is removed.  A path that does not exist is no failure.
 */
int file_remove_tree(const char *path);

/*
 * snprintf(3) into buf for paths: exits when the result does not fit, since
 * a path cut short names some other file.
 */
void file_path(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
