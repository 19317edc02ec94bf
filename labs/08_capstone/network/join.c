/*
 * join.c - the network of another box.
 *
 * A namespace lives as long as one process is in it, so a box can lend its
 * network to others.
 * Read: setns(2), pidfd_open(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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
#include "kept.h"
#include "lookup.h"
#include "network.h"
#include "sysctl.h"

static void
mark_path(
    char path[PATH_MAX], const char *home, const char *id, const char *what)
{
	file_path(path, PATH_MAX, "%s/containers/%s/%s", home, id, what);
}

/* Does the container wait, itself or through others, for this one? */
static bool
waits_for_us(const struct state *state, const struct state *other)
{
	char path[PATH_MAX], id[STATE_ID_SIZE];

	memcpy(id, other->id, sizeof(id));
	for (int i = 0; i < 100; i++) {
		mark_path(path, state->home, id, "waits");
		if (readlink(path, id, sizeof(id)) != STATE_ID_SIZE - 1)
			return false;
		if (memcmp(id, state->id, STATE_ID_SIZE - 1) == 0)
			return true;
	}
	return false;
}

/*
 * As kept_wait().  Containers that start at the same time, and each in the
 * network of the other, would wait for ever: so each says for whom it waits,
 * and looks whether that leads back to itself.
 */
static int
wait_started(const struct state *state, struct state *other)
{
	char path[PATH_MAX];
	int lock = -1;

	mark_path(path, state->home, state->id, "waits");
	unlink(path);
	if (symlink(other->id, path) == -1)
		warn("%s", path);
	else if (waits_for_us(state, other))
		warnx("%s waits for this container's network", other->name);
	else
		lock = kept_wait(other);
	unlink(path);
	return lock;
}

/*
 * A pidfd of a process of a running container, whose process 1 has all of its
 * namespaces by now and which may be joined, and its number; -1 with one line
 * said.
 */
static int
open_box(struct state *other, const struct state *state, const char *name,
    pid_t *pid)
{
	int lock = -1, fd = -1;

	strlcpy(other->home, state->home, sizeof(other->home));
	if (find_container(other, name) == -1)
		return -1;
	errno = ESRCH;
	if (strcmp(other->id, state->id) != 0) { /* else we are it by now */
		lock = wait_started(state, other);
		if (lock == -1)
			return -1;
		fd = find_process(other);
	}
	if (fd == -1 && errno == ESRCH)
		warnx("%s does not run (box start %s)", name, name);
	else if (fd == -1)
		warn("process 1 of %s", name);
	if (fd != -1) {
		close(fd);
		fd = find_member(other, pid);
	}
	close(lock);
	return fd;
}

void
join_userns(const struct state *state, const char *name)
{
	struct state other = STATE_NONE;
	pid_t pid;
	int fd = open_box(&other, state, name, &pid);

	if (fd == -1)
		exit(EXIT_OWN);
	explain("join_userns");
	if (setns(fd, CLONE_NEWUSER) == -1)
		err(EXIT_OWN, "setns: the user namespace of %s", name);
	close(fd);
}

void
join_owner(const char *home, char id[STATE_ID_SIZE])
{
	char path[PATH_MAX], owner[STATE_ID_SIZE];

	mark_path(path, home, id, "joins");
	if (readlink(path, owner, sizeof(owner)) == STATE_ID_SIZE - 1)
		memcpy(id, owner, STATE_ID_SIZE - 1);
}

/*
 * Leave a mark with the owner for its end, and one with ourselves.  An owner
 * that is no more has left its network to others, and we join those.
 */
static int
mark(const struct state *state, const char *owner)
{
	char path[PATH_MAX];

	mark_path(path, state->home, owner, "joined");
	if (file_create(path, "", 0644) == 0 || errno == ENOENT) {
		mark_path(path, state->home, state->id, "joins");
		if (symlink(owner, path) == 0)
			return 0;
	}
	warn("%s", path);
	return -1;
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
	struct state other = STATE_NONE;
	char address[POOL_ADDRESS];
	pid_t pid;

	pfd.fd = open_box(&other, state, config->network_of, &pid);
	if (pfd.fd == -1)
		return -1;
	plan->join = pfd.fd;
	if (is_ours(pid))
		plan->kind = NETWORK_HOST;
	join_owner(state->home, other.id);

	if (sysctl_check(config, plan->kind) == -1) {
		network_release(plan, state);
		return -1;
	}

	if (mark(state, other.id) == -1) {
		network_release(plan, state);
		return -1;
	}
	/* Readable: it has ended, perhaps before it could see our mark. */
	if (poll(&pfd, 1, 0) != 0) {
		warnx("the network of %s has ended", config->network_of);
		network_release(plan, state);
		return -1;
	}
	if (pool_lookup(state->home, other.id, address) == -1 ||
	    network_name(plan, address) == 0)
		return 0;
	network_release(plan, state);
	return -1;
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
		hosts_remove(home, id, "");
}

bool
join_unmark(const char *home, const char *id)
{
	char path[PATH_MAX];

	mark_path(path, home, id, "joined");
	return unlink(path) == 0;
}
