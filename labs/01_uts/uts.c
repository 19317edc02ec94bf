/*
 * uts.c - the simplest namespace: two strings that uname(2) reports.
 *
 * The kernel keeps the hostname and the domain name in a structure that every
 * process points to.  A new UTS namespace is a copy of that structure, and
 * from then on the process and its children point to the copy.
 *
 * Read: uts_namespaces(7), unshare(2), sethostname(2), setns(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "uts.h"

/* DOC: uts_unshare */
void
uts_unshare(void)
{
	/* The copy still holds the parent's names: only sharing has ended. */
	if (unshare(CLONE_NEWUTS) == -1)
		err(EXIT_OWN, "unshare: UTS namespace");
}

/* DOC: uts_set_names */
void
uts_set_names(const char *host, const char *domain)
{
	/*
	 * The kernel takes a length and no NUL.  It refuses more than 64
	 * bytes (__NEW_UTS_LEN) with EINVAL.
	 */
	if (host != NULL && sethostname(host, strlen(host)) == -1) {
		if (errno == EINVAL)
			errx(EXIT_OWN, "hostname %s: over 64 bytes", host);
		err(EXIT_OWN, "sethostname: %s", host);
	}

	/* The domain of NIS, which has nothing to do with DNS. */
	if (domain != NULL && setdomainname(domain, strlen(domain)) == -1) {
		if (errno == EINVAL)
			errx(EXIT_OWN, "domain %s: over 64 bytes", domain);
		err(EXIT_OWN, "setdomainname: %s", domain);
	}
}

/* DOC: uts_join */
void
uts_join(pid_t pid)
{
	char path[64];
	int fd;

	/* Opening the file gets a handle on the namespace, not on text. */
	snprintf(path, sizeof(path), "/proc/%d/ns/uts", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "%s", path);

	/* The type is a safety net: EINVAL if fd is some other namespace. */
	if (setns(fd, CLONE_NEWUTS) == -1)
		err(EXIT_OWN, "setns: %s", path);
	close(fd);
}
