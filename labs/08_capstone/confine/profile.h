/* profile.h - a seccomp profile in docker's format, compiled once. */

#ifndef PROFILE_FILE_H
#define PROFILE_FILE_H

#include <linux/filter.h>

#include <stdint.h>

#include "options.h"

/*
 * The filter that the profile in file asks for, for a box with these
 * capabilities.  The first time it is compiled by box-seccomp, and kept as
 * HOME/seccomp/KEY, where KEY is the SHA-256 of all that it depends on: the
 * profile's text, the capabilities, the kernel and the compiler.  What is
 * found there must be the caller's own, writable by nobody else, and whole;
 * else it is compiled again.  Where it cannot be kept, it is used all the same.
 *
 * Called on the host's side, in a process with one thread.  The caller does
 * not own the result.  Exits with one line when there is no such profile, or
 * it makes no sense.
 */
const struct sock_fprog *profile_load(
    const char *file, uint64_t caps, const char *home);

/*
 * Copy the profile that was asked for, if one was, to the container's
 * directory: it may be gone, or be another, when the container is started
 * again.  0, or -1 with one line said.
 */
int profile_keep(const struct config *config, const char *dir);

/* The name of that copy, or NULL.  It is never freed. */
const char *profile_kept(const struct config *config, const char *dir);

#endif
