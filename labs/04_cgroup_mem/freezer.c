/*
 * freezer.c - stop a group as one.
 *
 * SIGSTOP goes to processes one by one, is seen by their parents, and can be
 * undone by SIGCONT from anyone.  A frozen group stops as a whole, and its
 * processes cannot tell that they were.  In v1 this is a controller, in v2 a
 * file that every group has.
 *
 * Read: cgroup-v1/freezer-subsystem.rst, and cgroup-v2.rst about cgroup.freeze
 * and cgroup.events, in the kernel's documentation; poll(2).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
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
