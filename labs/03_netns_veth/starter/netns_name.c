/*
 * netns_name.c - a network namespace kept under a name.
 *
 * netns.h says what each function shall do; the lesson is README.md.  A
 * namespace lives as long as something refers to it, and a process is not the
 * only thing that can.
 *
 * Read: namespaces(7), mount(2), umount(2), ip-netns(8).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>

#include "netns.h"

/* Called in the box.  It returns -1 with errno; the caller has the words. */
int
netns_save(const char *name)
{
	/*
	 * namespaces(7) has a section about how long a namespace lives.  The
	 * file in /proc goes away with its process.  What makes one and the
	 * same file appear at a second place?  That needs something to be
	 * put upon, so make an empty file first.
	 *
	 * The directory may not be there yet.  The name may be taken, and
	 * open(2) can tell.  The name may be "../x".  When the second step
	 * fails, take back the first, and keep errno from being overwritten.
	 *
	 * ip-netns(8) also makes /run/netns a shared mount, so that the names
	 * show up in other mount namespaces too.  That can come last.
	 */
	(void)name;
	errno = ENOSYS;
	return -1;
}

int
netns_remove(const char *name)
{
	/*
	 * netns_save() took two steps: undo both, in which order?  Somebody
	 * may have the file open, and then it is busy; umount(2) has a flag
	 * for this.
	 */
	(void)name;
	errno = ENOSYS;
	return -1;
}
