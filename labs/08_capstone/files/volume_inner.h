/* volume_inner.h - for volume_store.c and volume_list.c alone. */

#ifndef VOLUME_INNER_H
#define VOLUME_INNER_H

#include <limits.h>
#include <stdbool.h>

/*
 * store is volumes/ of the home, locked, and name a volume in it.  What
 * returns -1 has said why in one line.
 */

/* volumes/, made if it is missing and locked until it is closed; or -1. */
int volume_lock(const char *home);

/* Make a volume, unless it is there.  0, or -1. */
int volume_make(int store, const char *name, bool anonymous);

/* Is there this file in its directory? */
bool volume_has(int store, const char *name, const char *what);

/*
 * How many containers have it, and in id one of them.  Those that are gone are
 * taken out.
 */
int volume_users(
    int store, const char *home, const char *name, char id[NAME_MAX]);

/* Take it out of sight, then remove it.  0, or -1. */
int volume_destroy(int store, const char *home, const char *name);

/*
 * Call what for each name in volumes/, sorted, those that begin with "." too:
 * -1 if what does for one of them, or volumes/ cannot be locked.
 */
int volume_each(const char *home,
    int (*what)(int store, const char *home, const char *name, void *arg),
    void *arg);

#endif
