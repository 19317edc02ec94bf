/* layer.h - one layer, from its blob into the workshop. */

#ifndef LAYER_H
#define LAYER_H

#include "digest.h"
#include "store.h"
#include "unpack.h"

/*
 * Unpack the blob of that digest into the workshop's layers, if neither that
 * nor the store has it: one pass, with the digest of the tar taken on the way.
 * diff_id is what that has to be, or "", and is then filled in; any: take
 * every compression there is.  text is what the progress bar says.  Exits with
 * one line when anything is wrong.
 */
void layer_unpack(const struct store *store, const char *blob, bool any,
    char diff_id[DIGEST_HEX], const char *text, struct unpack_limits *limits);

/* Say, once, what this machine could not keep. */
void layer_tell_losses(const struct losses *losses);

#endif
