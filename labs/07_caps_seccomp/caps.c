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
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "caps.h"
#include "exit.h"

/* In the order of their numbers: CAP_CHOWN is 0. */
static const char *const names_by_number[] = { "CAP_CHOWN", "CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
	"CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
	"CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE",
	"CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT",
	"CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
	"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
	"CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP",
	"CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE" };
#define NAMES (sizeof(names_by_number) / sizeof(names_by_number[0]))

const char *
caps_name(unsigned int cap)
{
	return cap < NAMES ? names_by_number[cap] : NULL;
}

uint64_t
caps_all(void)
{
	uint64_t mask = 0;
	int cap;

	/* -1 is EINVAL: a number beyond the last capability. */
	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != -1; cap++)
		mask |= UINT64_C(1) << cap;
	return mask;
}

/* The mask of one name of len bytes; 0 if there is no such name. */
static uint64_t
parse_name(const char *name, size_t len)
{
	unsigned int cap;

	if (len == strlen("ALL") && strncasecmp(name, "ALL", len) == 0)
		return caps_all();
	if (len > strlen("CAP_") && strncasecmp(name, "CAP_", 4) == 0) {
		name += strlen("CAP_");
		len -= strlen("CAP_");
	}
	for (cap = 0; cap < NAMES; cap++) {
		const char *known = names_by_number[cap] + strlen("CAP_");

		if (strlen(known) == len && strncasecmp(known, name, len) == 0)
			return UINT64_C(1) << cap;
	}
	return 0;
}

/* DOC: caps_parse */
int
caps_parse(const char *names, uint64_t *mask, const char **bad)
{
	const char *name = names;

	*mask = 0;
	if (*names == '\0')
		return 0;
	for (;;) {
		size_t len = strcspn(name, ",");
		uint64_t one = parse_name(name, len);

		if (one == 0) {
			*bad = name;
			errno = EINVAL;
			return -1;
		}
		*mask |= one;
		if (name[len] == '\0')
			return 0;
		name += len + 1;
	}
}

/* DOC: caps_bound */
void
caps_bound(uint64_t mask)
{
	int cap, present;

	/* One at a time: the kernel has no call for the whole set. */
	for (cap = 0;; cap++) {
		present = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
		if (present == -1)
			return; /* beyond the last one */
		if (present == 0 || (mask >> cap & 1) != 0)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			err(EXIT_OWN,
			    "prctl: drop capability %d from the "
			    "bounding set",
			    cap);
	}
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
