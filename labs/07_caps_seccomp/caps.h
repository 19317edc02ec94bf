/* caps.h - root in forty-one pieces, and how to give pieces away. */

#ifndef CAPS_H
#define CAPS_H

#include <stdint.h>

/*
 * A set of capabilities is a mask: bit n stands for capability n, as in the
 * Cap lines of /proc/PID/status.  See capabilities(7).
 */

/*
 * The mask for a list as in "CHOWN,cap_kill": any case, CAP_ in front or not,
 * separated by commas.  "ALL" is every capability the kernel has, the empty
 * list is none.  0, or -1 with errno EINVAL for a name that nobody knows:
 * *bad then points to it, inside names, where it ends at a comma or NUL.
 */
int caps_parse(const char *names, uint64_t *mask, const char **bad);

/* "CAP_CHOWN" for 0 and so on; NULL for a number that we have no name for. */
const char *caps_name(unsigned int cap);

/* Every capability that the running kernel has. */
uint64_t caps_all(void);

/*
 * Give up for good, in two steps that go together.  Both are called in the
 * process that shall live in the box, which has one thread, and exit on
 * failure.
 *
 * caps_bound() drops from the bounding set what mask lacks: no execve(2) can
 * then bring it back.  What is gone already needs no dropping, so only a
 * caller with something left to drop needs CAP_SETPCAP.
 *
 * caps_keep() does that, and then reduces the permitted and the effective set
 * to what is in mask and permitted now; inheritable and ambient end up empty.
 * After a caps_bound() with the same mask it needs no privilege: it can come
 * after the move to another user id.
 */
void caps_bound(uint64_t mask);
void caps_keep(uint64_t mask);

#endif
