/* size.h - "64M" in bytes, strictly. */

#ifndef SIZE_H
#define SIZE_H

#include <stdint.h>

/*
 * Parse decimal digits and at most one of the suffixes B K M G T P E (either
 * case, powers of 1024).  0, or -1 with errno EINVAL (not a size: empty, a
 * sign, a space, anything after the suffix) or ERANGE (over INT64_MAX).
 */
int size_parse(const char *text, uint64_t *bytes);

#endif
