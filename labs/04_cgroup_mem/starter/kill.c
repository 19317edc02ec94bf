/*
 * kill.c - kill a group as one.
 *
 * Signals go to processes one by one, and what forks faster than you signal
 * gets away: the list of processes is old when you have read it.
 *
 * Read: cgroup-v2.rst about cgroup.kill in the kernel's documentation,
 * kill(2), pidfd_open(2).
 */

#define _GNU_SOURCE
#include <errno.h>

#include "cgroup.h"

int
cgroup_kill(const char *name)
{
	/*
	 * Which state of a group do you know in which nobody forks?  A process
	 * in it gets your signal, but when does it die of it?  v2 has a file
	 * that does all this, since Linux 5.14; older kernels do not.
	 *
	 * To be killed is not yet to be gone: wait until the group is empty.
	 * These are not your children, so waitpid(2) is of no use.  A 0 in the
	 * list is a process that your PID namespace cannot see; who would get
	 * the signal if you sent it to "process 0"?
	 */
	(void)name;
	errno = ENOSYS;
	return -1;
}
