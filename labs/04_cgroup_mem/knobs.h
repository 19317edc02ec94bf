/* knobs.h - one limit or figure of a group, v1 beside v2. */

#ifndef KNOBS_H
#define KNOBS_H

#include <stddef.h>

/* How v2 writes the value that v1 takes as it is. */
enum knob_form {
	KNOB_PLAIN,
	KNOB_SWAP_ONLY,
	KNOB_QUOTA,
	KNOB_WEIGHT
};

struct knob {
	const char *v1, *v2; /* file names; NULL: not in this version */
	enum knob_form form;
};

/*
 * Where the knob's file of group NAME is on this machine.  The version that
 * has it, or -1 with errno ENODEV, or ENOTSUP if it is v1's only.
 */
int knob_path(
    const char *name, const struct knob *knob, char *path, size_t size);

#endif
