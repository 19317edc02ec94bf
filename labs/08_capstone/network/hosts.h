/* hosts.h - the file by which boxes on the bridge find each other. */

#ifndef HOSTS_H
#define HOSTS_H

/*
 * All boxes on the bridge see the directory "hosts" below home, and in it the
 * file that their /etc/hosts is a link to.  It is there while any of them is.
 */
#define HOSTS_SEEN "/etc/hosts.d" /* the directory, in a box */
#define HOSTS_LINK "hosts.d/hosts"

/*
 * Give the container id these names, and no others, at an address.  Each line
 * has the id behind it, as a comment.  0, or -1 with one line said.
 */
int hosts_add(const char *home, const char *id, const char *address,
    const char *hostname, const char *name);

/*
 * Remove the lines of a container, and all of an address that is given up, for
 * others may have joined it; or "".  Harmless when there are none.
 */
void hosts_remove(const char *home, const char *id, const char *address);

/*
 * In the box, before pivot_root: show the directory, read-only, in the root
 * file system that is mounted on root.  Exits on failure.
 */
void hosts_mount(const char *root, const char *home);

#endif
