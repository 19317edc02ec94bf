/* dir.h - a directory: to be made, is it empty, does someone else use it? */

#ifndef DIR_H
#define DIR_H

#include <stddef.h>

/* Both exit on failure. */
void dir_make(const char *path);
int dir_count_names(const char *path);

/*
 * Make a box the only one that writes to upper, for as long as the caller
 * lives, and make the work directory for it, whose name is put into work: it
 * is beside upper, and so most likely on the same file system.  Exits if
 * another box has upper, or somebody's files are in the way.
 */
void dir_claim_upper(const char *upper, char *work, size_t size);

#endif
