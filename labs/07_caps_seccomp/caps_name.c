/*
 * caps_name.c - names for the numbers of capabilities.
 *
 * Read: capabilities(7), linux/capability.h.
 */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "caps.h"

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

/* DOC: caps_name */
const char *
caps_name(unsigned int cap)
{
	return cap < NAMES ? names_by_number[cap] : NULL;
}

/* The mask of one name of len bytes; 0 if there is no such name. */
static uint64_t
parse_name(const char *name, size_t len)
{
	size_t prefix = 0; /* of the known names, to leave out */
	unsigned int cap;

	if (len == strlen("ALL") && strncasecmp(name, "ALL", len) == 0)
		return caps_all();
	if (len < 4 || strncasecmp(name, "CAP_", 4) != 0)
		prefix = strlen("CAP_");
	for (cap = 0; cap < NAMES; cap++) {
		const char *known = names_by_number[cap] + prefix;

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
	uint64_t one;
	size_t len;

	*mask = 0;
	if (*names == '\0')
		return 0;
	for (;; name += len + 1) {
		len = strcspn(name, ",");
		one = parse_name(name, len);
		if (one == 0) {
			*bad = name;
			errno = EINVAL;
			return -1;
		}
		*mask |= one;
		if (name[len] == '\0')
			return 0;
	}
}
