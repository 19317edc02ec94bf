/*
 * caps.c - the kernel asks for a capability, never for "root".
 *
 * A process has five sets of them.  Effective is what the kernel checks.
 * Permitted is what may be made effective.  Inheritable and ambient are what
 * execve(2) passes on.  And the bounding set is what an execve may give at
 * most: the one that counts in a box, since a program run by uid 0, a set-uid
 * program and one with file capabilities all get new capabilities there.
 *
 * Read: capabilities(7), capget(2), PR_CAPBSET_DROP in prctl(2).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include <err.h>
#include <unistd.h>

#include "caps.h"
#include "exit.h"

/* DOC: caps_all */
uint64_t
caps_all(void)
{
	uint64_t mask = 0;
	int cap;

	/* It fails at the first number beyond the last capability. */
	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != -1; cap++)
		mask |= UINT64_C(1) << cap;
	return mask;
}

/* DOC: caps_bound */
void
caps_bound(uint64_t mask)
{
	int cap, has;

	/* One at a time: the kernel has no call for the whole set. */
	for (cap = 0; (has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) != -1; cap++)
		if (has == 1 && (mask >> cap & 1) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			err(EXIT_OWN, "prctl: drop capability %d for good",
			    cap);
}

/* DOC: caps_keep */
void
caps_keep(uint64_t mask)
{
	struct __user_cap_header_struct self = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct half[2]; /* bits 0 to 31, 32 to 63 */
	int i;

	/* While we still hold CAP_SETPCAP, which capset may take from us. */
	caps_bound(mask);

	/* glibc has no wrapper; libcap would hide the sets from us. */
	if (syscall(SYS_capget, &self, half) == -1)
		err(EXIT_OWN, "capget");
	for (i = 0; i < 2; i++) {
		half[i].permitted &= (uint32_t)(mask >> 32 * i);
		half[i].effective = half[i].permitted;

		/*
		 * This empties the ambient set as well: it never holds what
		 * is not both permitted and inheritable.
		 */
		half[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &self, half) == -1)
		err(EXIT_OWN, "capset");
}
