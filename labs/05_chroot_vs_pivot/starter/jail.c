/*
 * jail.c - another "/": chroot moves a process, pivot_root moves the mounts.
 *
 * jail.h says what each function shall do; the lesson is README.md.  Each
 * process points to a root directory, where paths that begin with "/" begin.
 * Each mount namespace has a tree of mounts, and one of them is its top.  The
 * first function changes the pointer, the second the top.
 *
 * Whatever fails ends the program with a message that names the directory:
 * err(EXIT_OWN, "what: %s", dir) prints the reason from errno behind it.
 *
 * Read: chroot(2), pivot_root(2), mount_namespaces(7), umount2(2).
 */

#define _GNU_SOURCE
#include <err.h>

#include "exit.h"
#include "jail.h"

void
jail_chroot(const char *dir)
{
	/*
	 * A process points to two directories.  Which of them does this call
	 * move, and where is the other one then?
	 */
	(void)dir;
	errx(EXIT_OWN, "jail_chroot: not written yet");
}

void
jail_pivot(const char *dir)
{
	/*
	 * The caller has a mount namespace of its own, which began as a copy.
	 * A mount in it may still be tied to the one that it was copied from:
	 * what is mounted here is then mounted there.  See to that first;
	 * "Shared subtrees" in the man page has the words.
	 *
	 * pivot_root(2) wants of its new root to be something that a plain
	 * directory is not.  There is a way to make it one.  Take along what
	 * is mounted below it.
	 *
	 * The call has no wrapper in glibc: syscall(2).  It wants a place for
	 * the old root as well; the NOTES of its man page tell how to do
	 * without a directory for that.
	 *
	 * The old tree is then still mounted, and busy.  To unmount it can
	 * mean two things, see the flags of umount2(2).  At the end the
	 * working directory has to be inside, and nothing of the old tree be
	 * open.
	 */
	(void)dir;
	errx(EXIT_OWN, "jail_pivot: not written yet");
}
