/*
 * freezer.c - stop a group as one.
 *
 * SIGSTOP goes to processes one by one, is seen by their parents, and can be
 * undone by SIGCONT from anyone.  A frozen group stops as a whole, and its
 * processes cannot tell that they were.  In v1 this is a controller, in v2 a
 * file that every group has; hierarchy_of("freezer") finds either.
 *
 * Read: cgroup-v1/freezer-subsystem.rst, and cgroup-v2.rst about cgroup.freeze
 * and cgroup.events, in the kernel's documentation; poll(2).
 */

#define _GNU_SOURCE
#include <errno.h>

#include "cgroup.h"

int
cgroup_freeze(const char *name, bool on)
{
	/*
	 * What you write is a wish.  It is granted a little later, and this
	 * function must not return before.  v1: read the file that you have
	 * written, it knows a state in between.  v2: another file tells, and
	 * poll(2) wakes you when it has changed.
	 */
	(void)name;
	(void)on;
	errno = ENOSYS;
	return -1;
}
