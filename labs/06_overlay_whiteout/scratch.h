/* scratch.h - the files of the demonstration, and what became of them. */

#ifndef SCRATCH_H
#define SCRATCH_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/* All paths are relative to the scratch directory; failures exit. */

#define SCRATCH_BIG 1048576 /* bytes, the size of base/big */

/*
 * Make an image of two layers, base and app, and the init layer of one box;
 * and the empty directories up, work, merged and flat.
 */
void scratch_make_layers(void);

/* A number that changes with any name, byte, mode or time in those layers. */
uint64_t scratch_hash_layers(void);

/* All bytes of the files at and below path. */
off_t scratch_size(const char *path);

void make_file(const char *path, const char *text);
bool has_text(const char *path, const char *expected);
bool exists(const char *path);

#endif
