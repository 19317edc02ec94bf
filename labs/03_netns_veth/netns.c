/*
 * netns.c - a network namespace, made or entered.
 *
 * Links, addresses, routes, firewall rules and port numbers all belong to a
 * network namespace.  A new one has none of them, only a loopback link that is
 * down.  A process can move into any that it can open a file of.
 *
 * Read: network_namespaces(7), unshare(2), setns(2), nsenter(1).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "netns.h"

/* DOC: netns_unshare */
void
netns_unshare(void)
{
	/* Nothing is copied: the hostname was, the network is not. */
	if (unshare(CLONE_NEWNET) == -1)
		err(EXIT_OWN, "unshare: network namespace");
}

/* DOC: netns_enter */
void
netns_enter(const char *name_or_pid)
{
	char path[NAME_MAX + 32];
	int fd;

	/* A saved name comes first, as with ip-netns(8). */
	file_path(path, sizeof(path), "/run/netns/%s", name_or_pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT &&
	    strspn(name_or_pid, "0123456789") == strlen(name_or_pid)) {
		file_path(path, sizeof(path), "/proc/%s/ns/net", name_or_pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd == -1)
		err(EXIT_OWN, "%s", path);

	/*
	 * setns(2) wants a file of the namespace file system.  What lies
	 * below a saved name is an empty file, and it is all there is when
	 * the mount is gone or was never seen in this mount namespace.
	 */
	if (setns(fd, CLONE_NEWNET) == -1) {
		if (errno == EINVAL)
			errx(EXIT_OWN,
			    "%s: no network namespace is mounted on this file",
			    path);
		err(EXIT_OWN, "setns: %s", path);
	}
	close(fd);
}
