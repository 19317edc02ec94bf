/* jail.h - two ways to give a process another "/". */

#ifndef JAIL_H
#define JAIL_H

/*
 * Make dir the "/" and the working directory of the caller and of the
 * children it will have.  The mount table stays as it is: the old tree is out
 * of sight, not out of reach (see escape.h).  Needs CAP_SYS_CHROOT.  Exits on
 * failure.  See chroot(2).
 */
void jail_chroot(const char *dir);

/*
 * Make dir, with all that is mounted below it, the "/" of the caller's mount
 * namespace, and drop the old tree.  Call it in the process that shall live
 * in the box, after unshare(CLONE_NEWNS) and before it gives up CAP_SYS_ADMIN.
 * Descriptors of the old tree that are still open stay open, and each is a
 * way out: close them before a command runs.  Exits on failure.  See
 * pivot_root(2).
 */
void jail_pivot(const char *dir);

#endif
