/* attributes.h - owner, mode, extended attributes and times of a file. */

#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include <sys/stat.h>

#include <archive_entry.h>
#include <stdbool.h>
#include <time.h>

/* What could not be kept as the image has it, to be told once. */
struct losses {
	bool owner; /* whose ids do not exist here */
	bool device; /* that needs real root */
	bool attribute; /* that the file system or the kernel refuses */
};

/*
 * Give a file what the entry says.  It is name in the directory dir; or fd is
 * open on it, else -1, and it was made with its permissions.  Directories get
 * no times yet: what is put into them would change those.  Changes the working
 * directory.
 *
 * Ids that do not exist here become root's, and the file is then not set-uid,
 * since that would mean more than the image said.
 *
 * 0; -1 with errno; or 1 when an extended attribute is overlayfs's own, which
 * would let an image hide or redirect what is in others.
 */
int attributes_set(struct losses *losses, int fd, int dir, const char *name,
    struct archive_entry *entry);

/* The access and modification time of an entry, for utimensat(2). */
void attributes_times(struct archive_entry *entry, struct timespec times[2]);

/*
 * The other way: fill an entry with what a file has.  fd is open on it, or -1:
 * then it is name in the working directory, and not followed if it is a link.
 * st is as lstat(2) told.  0, or -1 with errno.
 */
int attributes_get(
    int fd, const char *name, const struct stat *st, struct archive_entry *to);

#endif
