/* seccomp_table.h - the system calls of a box, by capability. */

#ifndef SECCOMP_TABLE_H
#define SECCOMP_TABLE_H

#include <linux/capability.h>

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "seccomp.h"

/* What a box keeps of root unless told otherwise. */
#define SECCOMP_CAP(cap) (UINT64_C(1) << (cap))
#define SECCOMP_DEFAULT_CAPS                                                  \
	(SECCOMP_CAP(CAP_CHOWN) | SECCOMP_CAP(CAP_DAC_OVERRIDE) |             \
	    SECCOMP_CAP(CAP_FSETID) | SECCOMP_CAP(CAP_FOWNER) |               \
	    SECCOMP_CAP(CAP_MKNOD) | SECCOMP_CAP(CAP_NET_RAW) |               \
	    SECCOMP_CAP(CAP_SETGID) | SECCOMP_CAP(CAP_SETUID) |               \
	    SECCOMP_CAP(CAP_SETFCAP) | SECCOMP_CAP(CAP_SETPCAP) |             \
	    SECCOMP_CAP(CAP_NET_BIND_SERVICE) | SECCOMP_CAP(CAP_SYS_CHROOT) | \
	    SECCOMP_CAP(CAP_KILL) | SECCOMP_CAP(CAP_AUDIT_WRITE))

/* What happens to a call without a rule: seccomp_build()'s otherwise. */
#define SECCOMP_DEFAULT_ACTION (SECCOMP_RET_ERRNO | EPERM)

/* Room enough for seccomp_default_rules(), whatever the capabilities. */
#define SECCOMP_DEFAULT_MAX 1024

/*
 * One group of system calls that are treated alike.  The groups are read from
 * the first to the last: for each call the first that applies decides.
 */
struct seccomp_default {
	const char *names; /* separated by single spaces */
	int cap; /* applies if the box has this capability; -1: always */
	uint32_t action;
	unsigned int arg; /* as in struct seccomp_rule */
	uint64_t mask;
	uint64_t value;
};

/*
 * Turn the table into sorted rules, at most max, for a box with these
 * capabilities.  Names that this machine's headers do not know are left out.
 * Returns how many; 0 if they do not fit.
 */
size_t seccomp_default_rules(
    uint64_t caps, struct seccomp_rule *rules, size_t max);

/* The filter for SECCOMP_DEFAULT_CAPS, compiled when box was. */
const struct sock_fprog *seccomp_default_program(void);

#endif
