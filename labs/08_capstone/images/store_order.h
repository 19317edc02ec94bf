/* store_order.h - add to the store and take from it, in an order that holds. */

#ifndef STORE_ORDER_H
#define STORE_ORDER_H

#include <stdbool.h>

#include "store.h"

/*
 * All these are called with the store locked, and exit on failure.
 *
 * What is added is complete in the workshop first, and moved by rename(2):
 * what images are made of, then the images, then their names.  What is removed
 * goes in the opposite order.  A command that dies in between leaves parts
 * that no image uses, and store/dirty, which says that there may be some, and
 * how to take back what was added.
 *
 * That holds when the power fails too: contents are on the disk before the
 * rename(2), and file systems keep the order of renames and removals.
 */

/* Did a command die while it added or removed? */
bool order_is_due(const struct store *store);

/* Undo, remove what no image uses, and write oci/index.json anew. */
void order_restore(const struct store *store);

/*
 * Say that something is about to change, and that all is done.  undo is what
 * undo.h needs to take back what was added, "" where nothing is; after
 * order_commit() nothing is taken back any more.
 */
void order_begin(const struct store *store, const char *undo);
void order_commit(const struct store *store);
void order_end(const struct store *store);

/* Move what the workshop has into the store, where it lacks it. */
void order_add(const struct store *store);

/* Give an image a name, which may be another's until now. */
void order_name(const struct store *store, const char *ref, const char *hex);

/* Remove an image, but not what it is made of. */
void order_remove(const struct store *store, const char *hex);

#endif
