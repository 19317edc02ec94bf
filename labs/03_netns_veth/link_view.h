/* link_view.h - what the kernel knows of a link. */

#ifndef LINK_VIEW_H
#define LINK_VIEW_H

#include <stdbool.h>

struct link_view {
	unsigned int index;
	unsigned int flags; /* IFF_UP, IFF_RUNNING ... of netdevice(7) */
	unsigned int peer; /* the index of the other end, 0 without one */
	bool peer_elsewhere; /* which is in another namespace */
	bool carrier; /* something is at the other end, and on */
	const char *state; /* as ip-link(8) has it: "LOWERLAYERDOWN" ... */
};

/*
 * Look at a link of the caller's network namespace.  Needs no privilege.
 * 0, or -1 with errno.
 */
int link_view(const char *name, struct link_view *view);

/*
 * Wait until a link runs, that is, carries what is sent; at most timeout
 * milliseconds.  0, or -1 with errno: ETIMEDOUT.  See RFC 2863.
 */
int link_await(const char *name, int timeout);

#endif
