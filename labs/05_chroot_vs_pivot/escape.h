/* escape.h - the way out of a chroot. */

#ifndef ESCAPE_H
#define ESCAPE_H

/*
 * Leave every chroot that the caller is in: its "/" and its working directory
 * become the top of its mount namespace.  After pivot_root that top is the
 * jail's own root, so the same steps succeed and lead nowhere.
 *
 * An attack, called inside the jail.  Needs CAP_SYS_CHROOT and a "/" that can
 * be written: it makes a directory there, and removes it.  0, or -1 with the
 * errno of the step that was refused; the caller is then no freer than before,
 * and may have an empty directory for its "/".  See chroot(2).
 */
int jail_escape(void);

#endif
