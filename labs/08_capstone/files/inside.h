/* inside.h - reach a path inside a root directory, and never leave it. */

#ifndef INSIDE_H
#define INSIDE_H

#include <limits.h>
#include <stdbool.h>

#define INSIDE_PATH 32 /* room for "/proc/self/fd/N" */

/*
 * Open path, which may start with "/", below the directory root, for use as a
 * mount point: an O_PATH descriptor, or -1 with errno.
 *
 * inside_exact() accepts no symbolic link on the way (ELOOP): for /proc, /dev
 * and all that the box's safety rests on.  inside_follow() follows them as if
 * root were "/", the way a program in the box would see them.
 */
int inside_exact(int root, const char *path);
int inside_follow(int root, const char *path);

/*
 * Like inside_follow(), and make what is missing: directories, and if
 * directory is false an empty file at the end.  To inside_make() a link that
 * leads to nothing is in the way (EEXIST), inside_reach() makes what it leads
 * to.
 */
int inside_make(int root, const char *path, bool directory);
int inside_reach(int root, const char *path, bool directory);

/* The name under which mount(2) and others take a descriptor. */
const char *inside_name(char name[INSIDE_PATH], int fd);

#endif
