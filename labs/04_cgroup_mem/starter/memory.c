/*
 * memory.c - what a group has used of its memory.
 *
 * The kernel charges each page to the group of the process that touched it
 * first, and counts in files of the group's directory.  knob_path() finds each
 * of them, if you tell it both names.
 *
 * Read: cgroup-v2.rst and cgroup-v1/memory.rst in the kernel's documentation.
 */

#define _GNU_SOURCE
#include <errno.h>

#include "cgroup.h"

int
cgroup_memory(const char *name, struct cgroup_memory *out)
{
	/*
	 * Three files hold one number each.  The fourth has lines, a key and
	 * a number: make sure that the key you find is a whole word, for
	 * others begin or end like it.
	 *
	 * No limit is a word in v2.  In v1 it is a number, but which?  And v2
	 * before Linux 5.19 has no peak: that is no failure.
	 */
	(void)name;
	(void)out;
	errno = ENOSYS;
	return -1;
}
