/* profile.h - a seccomp profile as docker writes it, and what becomes of it. */

#ifndef PROFILE_H
#define PROFILE_H

#include <json-c/json.h>

#include <stdbool.h>
#include <stdint.h>

/* What the conditions of a profile are held against. */
struct machine {
	uint64_t caps; /* that the box has: bit n is capability n */
	const char *arch; /* as Go calls it, "amd64": so profiles do */
	uint32_t native; /* as libseccomp calls it */
	unsigned int kernel[2]; /* the running one's first two numbers */
};

/* This machine, for a box with these capabilities.  Exits on failure. */
void machine_read(struct machine *machine, uint64_t caps);

/*
 * Does an entry of "syscalls", found at where, count here?  That is what its
 * "includes" and "excludes" say.  Exits when they make no sense.
 */
bool machine_applies(const struct machine *machine, struct json_object *entry,
    const char *where);

/*
 * Compile the profile with libseccomp and write the filter, an array of
 * struct sock_filter, to fd.  Exits with one line that names the place in the
 * profile when that cannot be done.
 */
void compile_profile(
    struct json_object *profile, const struct machine *machine, int fd);

/*
 * The action that a field named key has, with its errno: that of the field
 * "KEYErrnoRet" for defaultAction, "errnoRet" for action, EPERM without one.
 */
uint32_t action_read(
    struct json_object *object, const char *where, const char *key);

#endif
