/*
 * freezer.c - stop a group as one, and kill it as one.
 *
 * Signals go to processes one by one, and a process that forks faster than
 * we signal gets away.  A frozen one does not fork.  So v1 kills by freezing
 * first; v2 has a file that kills all at once, since Linux 5.14.
 *
 * Read: cgroup-v1/freezer-subsystem.rst, and cgroup-v2.rst about cgroup.freeze,
 * cgroup.kill and cgroup.events, in the kernel's documentation; pidfd_open(2).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup.h"
#include "file.h"
#include "hierarchy.h"

enum {
	PATIENCE = 10000
}; /* milliseconds */

/* Wait until cgroup.events has the line: v2 tells poll(2) of each change. */
static int
wait_event(const struct hierarchy *h, const char *name, const char *line)
{
	char path[PATH_MAX], text[256];
	struct pollfd p = { .events = POLLPRI };
	ssize_t n;
	int changed;

	file_path(path, sizeof(path), "%s/%s/cgroup.events", h->parent, name);
	p.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (p.fd == -1)
		return -1;
	do {
		/* Reading arms the poll: a change in between is not lost. */
		n = pread(p.fd, text, sizeof(text) - 1, 0);
		text[n == -1 ? 0 : n] = '\0';
		if (n == -1 || strstr(text, line) != NULL)
			break;
		changed = poll(&p, 1, PATIENCE);
	} while (changed != 0);
	close(p.fd);
	if (n == -1 || strstr(text, line) != NULL)
		return n == -1 ? -1 : 0;
	errno = ETIMEDOUT;
	return -1;
}

/* v1: a process that is busy forking may need to be asked again. */
static int
freeze_v1(const char *path)
{
	char state[16] = "";

	for (int i = 0; i < PATIENCE; i++) {
		if (file_write(path, "FROZEN") == -1 ||
		    file_read(path, state, sizeof(state)) == -1)
			return -1;
		if (strcmp(state, "FROZEN") == 0)
			return 0;
		poll(NULL, 0, 1); /* v1 has no event to wait for */
	}
	errno = ETIMEDOUT;
	return -1;
}

/* DOC: cgroup_freeze */
int
cgroup_freeze(const char *name, bool on)
{
	const struct hierarchy *h = hierarchy_of("freezer");
	char path[PATH_MAX];

	if (h == NULL)
		return -1;
	file_path(path, sizeof(path), "%s/%s/%s", h->parent, name,
	    h->version == 2 ? "cgroup.freeze" : "freezer.state");
	if (h->version == 1)
		return on ? freeze_v1(path) : file_write(path, "THAWED");
	if (file_write(path, on ? "1" : "0") == -1)
		return -1;
	return wait_event(h, name, on ? "frozen 1" : "frozen 0");
}

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
	pid_t pid;

	if (h == NULL)
		return -1;
	file_path(path, sizeof(path), "%s/%s/cgroup.kill", h->parent, name);
	if (h->version == 2 && file_write(path, "1") == 0)
		return wait_event(h, name, "populated 0");
	do {
		/* Should some not freeze, killing the others still helps. */
		(void)cgroup_freeze(name, true);
		pid = kill_each(h, name);
		(void)cgroup_freeze(name, false);
		if (pid > 0 && wait_gone(pid) == -1)
			return -1;
	} while (pid > 0);
	return pid;
}
