/* commit_config.h - the configuration of an image with a layer more. */

#ifndef COMMIT_CONFIG_H
#define COMMIT_CONFIG_H

#include "commit.h"
#include "manifest.h"
#include "store.h"

/*
 * Begin with the image that the container was made of, or with no more than a
 * shell, and apply the changes.  Exits when they make no sense.
 */
void commit_begin(const struct commit *commit, const struct store *store,
    struct manifest *manifest);

/*
 * The manifest has all its layers now: note those that are new, and how they
 * came to be, and make the configuration a blob of the workshop.
 */
void commit_end(const struct commit *commit, const struct store *store,
    struct manifest *manifest);

#endif
