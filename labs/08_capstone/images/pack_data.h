/* pack_data.h - the contents of a file, with its holes, into an archive. */

#ifndef PACK_DATA_H
#define PACK_DATA_H

#include <sys/types.h>

#include <archive.h>
#include <archive_entry.h>

/*
 * Before the header is written: tell the entry how long the file is, and where
 * in it there is data, if not everywhere.  0, or -1 with errno.
 */
int pack_measure(int fd, off_t size, struct archive_entry *entry);

/*
 * After it: so many bytes, whatever the file has become since; zeros are in
 * place of what it lacks.  0, or -1 with an error of the archive.  Exits when
 * the file cannot be read.
 */
int pack_write(int fd, off_t size, struct archive *to);

#endif
