/*
 * overlay.c - many directories seen as one.
 *
 * overlay.h says what each function shall do; the lesson is README.md.  One
 * mount(2) does it.  The work is in its last argument: a text of options,
 * separated by commas, in which the layers are separated by colons.
 *
 * Read: mount(2), proc(5), user_namespaces(7), xattr(7), open_memstream(3),
 * and in the kernel's documentation filesystems/overlayfs.rst.
 */

#define _GNU_SOURCE
#include <err.h>

#include "exit.h"
#include "overlay.h"
#include "overlay_name.h"

bool
overlay_userxattr(void)
{
	/*
	 * Which user namespace is this one?  nsid.h gives its number.  The
	 * first one has the same number on every machine: on yours, outside
	 * of any box, readlink(1) of /proc/self/ns/user shows it.
	 */
	return false;
}

void
overlay_mount(const char *target, const char *const lowers[], size_t n,
    const char *upper, const char *work, bool scratch)
{
	/*
	 * Write the text with overlay_put_name(): a directory may have a
	 * comma or a colon in its name.  Who is on top, the first of the lower
	 * directories in the text or the last?
	 *
	 * Beside the directories, overlayfs.rst has options for
	 *  - layers that stay plain files: no index, no redirected names;
	 *  - an upper directory that is thrown away (scratch);
	 *  - a mount in a user namespace.  Without that one it succeeds, and
	 *    then fails to remove a directory: where does it keep its marks?
	 *
	 * mount(2) reads one page of options, 4096 bytes with the NUL, and
	 * drops the rest without an error.  If the text is longer, write it
	 * again with the short names of overlay_put_name().
	 */
	(void)target;
	(void)lowers;
	(void)n;
	(void)upper;
	(void)work;
	(void)scratch;
	errx(EXIT_OWN, "overlay_mount: not written yet");
}
