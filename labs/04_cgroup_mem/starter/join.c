/*
 * join.c - into a group.
 *
 * A process is in one group of each hierarchy, and its children are born
 * there.  It changes group when its number is written to a file of the new
 * one.
 *
 * Read: cgroups(7), clone(2) about CLONE_INTO_CGROUP.
 */

#define _GNU_SOURCE
#include <errno.h>

#include "cgroup.h"

int
cgroup_open(const char *name)
{
	/*
	 * open(2) opens directories too.  But to be born in one tree is no
	 * use while others have to be joined: when is there just one?
	 */
	(void)name;
	errno = ENOSYS;
	return -1;
}

int
cgroup_add(const char *name, pid_t pid)
{
	/*
	 * Two files of a v1 group take a number, and they do not move the
	 * same.  What do you write for yourself: must you know your number?
	 *
	 * The group need not be in every hierarchy, see cgroup_create().  So
	 * one kind of failure is none, unless it is met everywhere.
	 */
	(void)name;
	(void)pid;
	errno = ENOSYS;
	return -1;
}
