/*
 * cgroup.c - groups of processes: to make and to remove.
 *
 * cgroup.h says what each function shall do; the lesson is README.md.  A group
 * is a directory, and the files in it are the kernel's.  Which directories
 * there are is known already: hierarchy.h gives them, delegate.h readies one
 * of version 2 for groups, file.h reads and writes small files.
 *
 * Write the six files in this order: cgroup.c, join.c, knobs.c, memory.c,
 * freezer.c, kill.c.  Failure is -1 with errno, and nothing is printed: the
 * program says what has failed.
 *
 * Read: cgroups(7), cpuset(7), mkdir(2), rmdir(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>

#include "cgroup.h"
#include "exit.h"

int
cgroup_version(const char *controller)
{
	/*
	 * A machine has no version, a controller has: memory may be in v1 and
	 * another in v2.  And it may be in neither.
	 */
	(void)controller;
	errx(EXIT_OWN, "cgroup_version: not written yet");
}

int
cgroup_create(const char *name, const char *controllers)
{
	/*
	 * One directory in each hierarchy that is asked for, all or none: if
	 * the third cannot be made, the first two have to go again, and errno
	 * still has to tell why the third could not.
	 *
	 * Two traps.  In v2 a group has a controller's files only if its
	 * parent passes that controller on.  In v1 a new group of the cpuset
	 * hierarchy has no CPU and no memory node: cpuset(7) says what that
	 * means for who wants to join.
	 */
	(void)name;
	(void)controllers;
	errno = ENOSYS;
	return -1;
}

int
cgroup_remove(const char *name)
{
	/*
	 * The directory looks full.  Try what happens when you remove one of
	 * its files, and when you remove the directory at once.
	 *
	 * EBUSY has two causes: a process is still listed in the group, or one
	 * that was killed has not quite left.  The first is the caller's
	 * affair, the second passes, and nothing tells you when.
	 */
	(void)name;
	errno = ENOSYS;
	return -1;
}
