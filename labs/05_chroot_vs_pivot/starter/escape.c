/*
 * escape.c - the classic attack on chroot, to be understood, not to be used.
 *
 * A process has one root and one working directory.  The kernel stops ".." at
 * the root, and only when the walk comes past it.  So a working directory that
 * is not below the root is free to climb.
 *
 * Write jail.c first: the attack is tried on both of its jails.
 *
 * Read: chroot(2), path_resolution(7), and CAP_SYS_CHROOT in capabilities(7).
 */

#define _GNU_SOURCE
#include <errno.h>

#include "escape.h"

int
jail_escape(void)
{
	/*
	 * From inside you cannot lift your working directory above your root.
	 * Can you bring the root below it?  mkdtemp(3) makes a directory that
	 * nobody has yet, and an open directory is a place that you can go
	 * back to, whatever "/" has become meanwhile: fchdir(2).
	 *
	 * How far up is the top?  You need not know, if a step too many does
	 * no harm: what is ".." there?  To stand on the top is not all,
	 * either: where would a path that begins with "/" begin now?
	 *
	 * Leave nothing behind, neither a directory nor a descriptor.
	 */
	errno = ENOSYS;
	return -1;
}
