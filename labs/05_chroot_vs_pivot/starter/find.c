/*
 * find.c - the kernel keeps no list of jails.
 *
 * To it there are only processes, each with a root directory.  /proc/PID/root
 * is a link that leads there, also across mount namespaces.
 *
 * Read: proc(5) on /proc/PID/root, stat(2), readlink(2), readdir(3).
 */

#define _GNU_SOURCE
#include <errno.h>

#include "find.h"

int
jail_find(jail_found *found, void *arg)
{
	/*
	 * What you get of such a link depends on how you ask: lstat(2),
	 * stat(2) and readlink(2) tell of three things.  A pivoted process
	 * calls its root "/", as you do yours, so what can tell the two apart?
	 * One number is not enough: each file system counts its own.
	 *
	 * /proc has names that are no processes.  And a process can end while
	 * you look; only one errno says that you may not look.
	 */
	(void)found;
	(void)arg;
	errno = ENOSYS;
	return -1;
}
