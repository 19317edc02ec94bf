/* copy.h - one file, with all that it has besides its contents. */

#ifndef COPY_H
#define COPY_H

#include <sys/stat.h>

/*
 * Make to a copy of from, a file of any type but a directory, with st as
 * lstat(2) told; to must not exist.  Exits on failure, naming the file.
 */
void copy_file(const char *from, const struct stat *st, const char *to);

/*
 * Give to, of the same type, the owner, mode, extended attributes and times of
 * from.  SELinux's label is left out: it goes with the place, not the file.
 */
void copy_attributes(const char *from, const struct stat *st, const char *to);

#endif
