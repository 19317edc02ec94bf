/* use.h - use up memory, two ways. */

#ifndef USE_H
#define USE_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * Both leave the caller holding that many bytes until it ends, and exit on
 * failure.  At the limit of its group the caller is killed half-way.
 */

/* Memory of the process's own.  Counts the pages, unless that is NULL. */
void use_pages(uint64_t bytes, _Atomic uint64_t *pages);

/*
 * A file in a tmpfs, in a mount namespace that the caller moves to; a plain
 * user moves to a user namespace as well.
 */
void use_tmpfs(uint64_t bytes);

#endif
