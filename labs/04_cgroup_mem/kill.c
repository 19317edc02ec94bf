/*
 * kill.c - kill a group as one.
 *
 * Signals go to processes one by one, and what forks faster than we signal
 * gets away.  A frozen process does not fork.  So in v1 we freeze, signal and
 * thaw; v2 has a file that kills all at once, since Linux 5.14.
 *
 * Read: cgroup-v2.rst about cgroup.kill in the kernel's documentation,
 * pidfd_open(2).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup.h"
#include "file.h"
#include "hierarchy.h"

enum {
	PATIENCE = 10000
}; /* milliseconds */

/* Wait for a process that need not be our child. */
static int
wait_gone(pid_t pid)
{
	struct pollfd p = { .events = POLLIN };
	int n;

	/* glibc 2.35 has no wrapper. */
	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p.fd == -1)
		return errno == ESRCH ? 0 : -1;
	n = poll(&p, 1, PATIENCE);
	close(p.fd);
	if (n == 1)
		return 0;
	errno = n == 0 ? ETIMEDOUT : errno;
	return -1;
}

/* Signal each process once.  One of them, 0 when there is none, or -1. */
static pid_t
kill_each(const struct hierarchy *h, const char *name)
{
	char path[PATH_MAX], line[16];
	pid_t pid, last = 0;
	FILE *f;

	file_path(path, sizeof(path), "%s/%s/cgroup.procs", h->parent, name);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	while (last != -1 && fgets(line, sizeof(line), f) != NULL) {
		/* 0 is a process that our PID namespace cannot see. */
		pid = (pid_t)strtol(line, NULL, 10);
		if (pid == 0)
			continue;
		last = kill(pid, SIGKILL) == 0 || errno == ESRCH ? pid : -1;
	}
	fclose(f);
	return last;
}

/* DOC: cgroup_kill */
int
cgroup_kill(const char *name)
{
	const struct hierarchy *h = hierarchy_of("freezer");
	char path[PATH_MAX];
	bool at_once;
	pid_t pid;

	if (h == NULL)
		return -1;
	file_path(path, sizeof(path), "%s/%s/cgroup.kill", h->parent, name);
	at_once = h->version == 2 && file_write(path, "1") == 0;
	do {
		/* Should some not freeze, killing the others still helps. */
		if (!at_once)
			(void)cgroup_freeze(name, true);
		pid = kill_each(h, name);
		if (!at_once)
			(void)cgroup_freeze(name, false);

		/* Dying takes a while: see who is left after one has gone. */
		if (pid > 0 && wait_gone(pid) == -1)
			return -1;
	} while (pid > 0);
	return pid;
}
