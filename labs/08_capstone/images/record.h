/* record.h - an image as the store keeps it: its layers, and how to run it. */

#ifndef RECORD_H
#define RECORD_H

#include "manifest.h"
#include "store.h"

/*
 * Write images/HEX of the workshop.  All of its layers are unpacked, in the
 * workshop or the store.  Exits on failure, and when the configuration makes
 * no sense.
 */
void record_write(const struct store *store, const struct manifest *manifest);

#endif
