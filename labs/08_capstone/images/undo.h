/* undo.h - take back what a command that died was adding to the store. */

#ifndef UNDO_H
#define UNDO_H

#include <stdio.h>

#include "store.h"

/*
 * All these are called with the store locked, and exit on failure.
 *
 * store/dirty then has a line for each name that an image is about to get, with
 * the id of the image that has it until now, or "-".  The images that are added
 * have a file "new" in them.  Once store/dirty is empty, these files mean
 * nothing any more.
 */

/* Write what shall be in store/dirty: its beginning; a name that will go. */
void undo_begin(FILE *f);
void undo_note(FILE *f, const struct store *store, const char *ref);

/* All is added: remove the files "new". */
void undo_forget(const struct store *store);

/*
 * Remove the images that are not all there, and give the names back.  What
 * somebody has made a container of meanwhile stays.
 */
void undo_additions(const struct store *store);

#endif
