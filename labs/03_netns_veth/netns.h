/* netns.h - a network of one's own: links, addresses, routes and ports. */

#ifndef NETNS_H
#define NETNS_H

/*
 * Leave the network namespace of the parent for an empty one.  Call it in the
 * process that shall live in the box; needs CAP_SYS_ADMIN.  Exits on failure.
 * See network_namespaces(7).
 */
void netns_unshare(void);

/*
 * Bind the caller's network namespace onto /run/netns/NAME: it outlives its
 * processes, and ip-netns(8) lists it.  Call it in the box, from a mount
 * namespace in which the name shall be seen; needs CAP_SYS_ADMIN over that
 * and rights to write in /run.  The name is one file name, no "." nor "..".
 * 0, or -1 with errno and no file left: EEXIST when the name is taken, EINVAL
 * or ENAMETOOLONG for a bad one.
 */
int netns_save(const char *name);

/*
 * Undo netns_save(): the name goes at once, the namespace with its last user.
 * Same privilege.  0, or -1 with errno.
 */
int netns_remove(const char *name);

/*
 * Move the caller into a network namespace: the saved one of that name, else,
 * when the text is a number, the one of that process.  Needs CAP_SYS_ADMIN
 * both in the caller's user namespace and in the one that owns the target.
 * Exits on failure.
 */
void netns_enter(const char *name_or_pid);

#endif
