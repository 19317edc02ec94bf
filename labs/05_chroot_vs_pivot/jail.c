/*
 * jail.c - another "/": chroot moves a process, pivot_root moves the mounts.
 *
 * Each process points to a root directory, where paths that begin with "/"
 * begin.  chroot(2) changes that pointer.  Each mount namespace has a tree of
 * mounts, and one of them is its top.  pivot_root(2) changes the top; then
 * the old tree can be unmounted, and there is no outside left to escape to.
 *
 * Read: chroot(2), pivot_root(2), mount_namespaces(7), umount2(2).
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/syscall.h>

#include <err.h>
#include <unistd.h>

#include "exit.h"
#include "jail.h"

/* DOC: jail_chroot */
void
jail_chroot(const char *dir)
{
	if (chroot(dir) == -1)
		err(EXIT_OWN, "chroot: %s", dir);

	/*
	 * The working directory did not move.  It is now outside of "/",
	 * where ".." never meets the new root and climbs to the old one.
	 */
	if (chdir("/") == -1)
		err(EXIT_OWN, "chdir: / of %s", dir);
}

/* DOC: jail_pivot */
void
jail_pivot(const char *dir)
{
	/*
	 * Our mounts may still be peers of the host's.  Leave the peer groups
	 * first: pivot_root refuses shared mounts, and what we mount and
	 * unmount below would be done to the host as well.
	 */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");

	/* Only a mount can become the top, so bind dir onto itself. */
	if (mount(dir, dir, NULL, MS_BIND | MS_REC, NULL) == -1)
		err(EXIT_OWN, "mount: bind %s", dir);
	if (chdir(dir) == -1)
		err(EXIT_OWN, "chdir: %s", dir);

	/*
	 * glibc has no wrapper.  The second "." is where the old root goes:
	 * on top of the new one, which so needs no directory to put it in.
	 */
	if (syscall(SYS_pivot_root, ".", ".") == -1)
		err(EXIT_OWN, "pivot_root: %s", dir);

	/*
	 * "." leads to the topmost mount, the old root.  It is busy, with
	 * /proc and more mounted below it: detach the tree as a whole.
	 */
	if (umount2(".", MNT_DETACH) == -1)
		err(EXIT_OWN, "umount2: old root");
	if (chdir("/") == -1)
		err(EXIT_OWN, "chdir: / of %s", dir);
}
