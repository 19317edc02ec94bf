/* beneath.h - the paths of an archive, resolved beneath a directory. */

#ifndef BENEATH_H
#define BENEATH_H

#include <limits.h>

/*
 * A directory that is "/" to all paths.  One that is absolute, or that meets a
 * symbolic link of the archive's own, ends in it nevertheless: the kernel
 * resolves it so, in one call (see inside.h, and RESOLVE_IN_ROOT in
 * openat2(2)).
 */
struct beneath {
	int root;
	int dir; /* the directory that was used last, or -1 ... */
	char name[PATH_MAX]; /* ... and its path */
};

/* Takes root over; beneath_close() closes it. */
void beneath_open(struct beneath *b, int root);
void beneath_close(struct beneath *b);

/*
 * A path of an archive without "/" at its ends, doubled ones, and ".".  "" is
 * the root.  -1 with errno for what no honest archive has: EINVAL for "..",
 * ENAMETOOLONG.
 */
int beneath_clean(char clean[PATH_MAX], const char *path);

/*
 * The directory of that clean path, made with its parents if it is missing; a
 * descriptor for the calls that end in "at", which the next call may close.
 * beneath_parent() gives the directory that path is in, and in *name what it
 * is called there.  -1 with errno.
 */
int beneath_directory(struct beneath *b, const char *clean);
int beneath_parent(struct beneath *b, const char *clean, const char **name);

/* Forget the last directory: something was removed that it may be part of. */
void beneath_forget(struct beneath *b);

#endif
