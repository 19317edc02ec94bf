/*
 * join.c - the network of another box.
 *
 * A namespace lives as long as one process is in it, so a box can lend its
 * network to others.  To enter it takes the number of such a process, and by
 * the time it is used the kernel may have given that number to another.  So a
 * process is its number and when it started; and once it is open as a pidfd,
 * it cannot be mistaken.
 * Read: setns(2), pidfd_open(2), proc(5).
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "hosts.h"
#include "join.h"
#include "network.h"

/* When a process started, in ticks since the host did; 0: it is gone. */
static uint64_t
start_of(pid_t pid)
{
	char path[64], text[1024];
	const char *fields;
	uint64_t start;

	file_path(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read(path, text, sizeof(text)) == -1)
		return 0;
	fields = strrchr(text, ')'); /* the name before it may be anything */
	if (fields == NULL ||
	    sscanf(fields,
		") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d "
		"%*d %*d %*d %*d %*d %" SCNu64,
		&start) != 1)
		return 0;
	return start;
}

void
join_record(const struct state *state, pid_t pid)
{
	if (dprintf(state->lock, "%d %" PRIu64 "\n", pid, start_of(pid)) < 0)
		warn("note of process %d", pid);
}

int
join_find(const struct state *state, const char *name, char id[STATE_ID_SIZE])
{
	char path[PATH_MAX];
	ssize_t n;

	file_path(path, sizeof(path), "%s/names/%s", state->home, name);
	n = readlink(path, id, STATE_ID_SIZE);
	if (n == STATE_ID_SIZE - 1) {
		id[n] = '\0';
		return 0;
	}
	file_path(path, sizeof(path), "%s/containers/%s", state->home, name);
	if (strlcpy(id, name, STATE_ID_SIZE) == STATE_ID_SIZE - 1 &&
	    access(path, F_OK) == 0)
		return 0;
	warnx("no container %s", name);
	return -1;
}

/* A pidfd of the process 1 of a running container; -1 with errno. */
static int
open_process(const struct state *state, const char *id, pid_t *pid)
{
	char path[PATH_MAX], text[160];
	uint64_t start;
	int fd;

	file_path(path, sizeof(path), "%s/running/%s", state->home, id);
	if (file_read(path, text, sizeof(text)) == -1 ||
	    sscanf(text, "%*s %*s %d %" SCNu64, pid, &start) != 2) {
		errno = ESRCH;
		return -1;
	}
	fd = (int)syscall(SYS_pidfd_open, *pid, 0);
	if (fd == -1 || (start != 0 && start_of(*pid) == start))
		return fd;
	close(fd);
	errno = ESRCH;
	return -1;
}

static int
find_process(const struct state *state, const char *name,
    char id[STATE_ID_SIZE], pid_t *pid)
{
	int fd;

	if (join_find(state, name, id) == -1)
		return -1;
	fd = open_process(state, id, pid);
	if (fd == -1 && errno == ESRCH)
		warnx("%s does not run", name);
	else if (fd == -1)
		warn("process 1 of %s", name);
	return fd;
}

void
join_userns(const struct state *state, const char *name)
{
	char id[STATE_ID_SIZE];
	pid_t pid;
	int fd = find_process(state, name, id, &pid);

	if (fd == -1)
		exit(EXIT_OWN);
	explain("join_userns");
	if (setns(fd, CLONE_NEWUSER) == -1)
		err(EXIT_OWN, "setns: the user namespace of %s", name);
	close(fd);
}

static void
mark_path(
    char path[PATH_MAX], const char *home, const char *id, const char *what)
{
	file_path(path, PATH_MAX, "%s/containers/%s/%s", home, id, what);
}

/*
 * The box whose network it was first.  It has the address; when it ends, the
 * address goes to someone else, so then it takes it from those who joined.
 */
static void
find_owner(const char *home, char id[STATE_ID_SIZE])
{
	char path[PATH_MAX], owner[STATE_ID_SIZE];

	mark_path(path, home, id, "joins");
	if (readlink(path, owner, sizeof(owner)) == STATE_ID_SIZE - 1)
		memcpy(id, owner, STATE_ID_SIZE - 1);
}

/* Leave a mark with the owner for its end, and one with ourselves. */
static int
mark(const struct state *state, const char *owner)
{
	char path[PATH_MAX];

	mark_path(path, state->home, owner, "joined");
	if (file_create(path, "", 0644) == -1)
		return -1;
	mark_path(path, state->home, state->id, "joins");
	return symlink(owner, path);
}

/* A box with --network host has ours, which a plain user may not enter. */
static bool
is_ours(pid_t pid)
{
	char path[64], ours[64] = "", theirs[64] = "";

	file_path(path, sizeof(path), "/proc/%d/ns/net", pid);
	return readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) > 0 &&
	    readlink(path, theirs, sizeof(theirs) - 1) > 0 &&
	    strcmp(ours, theirs) == 0;
}

int
join_prepare(struct network_plan *plan)
{
	const struct config *config = plan->config;
	const struct state *state = plan->state;
	struct pollfd pfd = { .events = POLLIN };
	char id[STATE_ID_SIZE], address[POOL_ADDRESS];
	pid_t pid;

	pfd.fd = find_process(state, config->network_of, id, &pid);
	if (pfd.fd == -1)
		return -1;
	plan->join = pfd.fd;
	if (is_ours(pid))
		plan->kind = NETWORK_HOST;
	find_owner(state->home, id);

	/* Readable: it has ended, perhaps before it could see our mark. */
	if (mark(state, id) == -1 || poll(&pfd, 1, 0) != 0) {
		warnx("the network of %s has ended", config->network_of);
		network_release(plan, state);
		return -1;
	}
	if (pool_lookup(state->home, id, address) == -1)
		return 0;
	return network_name(plan, address);
}

void
join_enter(struct network_plan *plan)
{
	explain("join_enter");
	if (setns(plan->join, CLONE_NEWNET) == -1)
		err(EXIT_OWN, "setns: the network of %s",
		    plan->config->network_of);
	close(plan->join);
}

void
join_forget(const char *home, const char *id)
{
	char path[PATH_MAX];

	mark_path(path, home, id, "joins");
	if (unlink(path) == 0)
		hosts_remove(home, id);
}

bool
join_unmark(const char *home, const char *id)
{
	char path[PATH_MAX];

	mark_path(path, home, id, "joined");
	return unlink(path) == 0;
}
