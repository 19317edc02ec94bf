/*
 * remap.c - a box whose root is nobody on the host.
 *
 * A user namespace gives each id inside another outside, and all power in it
 * is over what is inside only.  The files of an image belong to root on disk,
 * though, whom the box's root is not: see remap_enter.c.
 * Read: user_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "remap.h"
#include "sync.h"

/* Ids that no distribution gives to users, services or containers. */
#define AUTO_FIRST 0x70000000u
#define AUTO_SIZE 65536u
#define AUTO_SLOTS 4095u

static bool
parse_id(char *text, unsigned int *id)
{
	const char *why;

	if (text == NULL || text[0] == '\0' ||
	    text[strspn(text, "0123456789")] != '\0')
		return false;
	*id = (unsigned int)strtonum(text, 1, UINT32_MAX - 1, &why);
	return why == NULL;
}

void
remap_parse(const char *text, struct config *config)
{
	char copy[64], *rest = copy;
	const char *kind;

	config->userns_size = AUTO_SIZE;
	config->userns_base = 0;
	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		errx(EXIT_OWN, "--userns %s: too long", text);
	kind = strsep(&rest, ":");
	if (rest == NULL && strcmp(kind, "host") == 0)
		config->userns = USERNS_HOST;
	else if (rest == NULL && strcmp(kind, "auto") == 0)
		config->userns = USERNS_AUTO;
	else if (strcmp(kind, "remap") == 0 &&
	    parse_id(strsep(&rest, ":"), &config->userns_base) &&
	    parse_id(rest, &config->userns_size))
		config->userns = USERNS_REMAP;
	else
		errx(EXIT_OWN, "--userns %s: not host, auto or remap:BASE:SIZE",
		    text);
	if (config->userns == USERNS_REMAP &&
	    config->userns_size > UINT32_MAX - 1 - config->userns_base)
		errx(EXIT_OWN, "--userns %s: ids beyond the largest", text);
}

/* The container that has slot, a link to its id. */
static bool
read_slot(int dir, const char *slot, char id[STATE_ID_SIZE + 1])
{
	ssize_t n = readlinkat(dir, slot, id, STATE_ID_SIZE);

	if (n == -1)
		return false;
	id[n] = '\0';
	return true;
}

/*
 * Is it nobody's, or that of one that has been removed?  One that has ended
 * may start again, and its files have these ids.
 */
static bool
is_free(int dir, const char *home, const char *slot)
{
	char id[STATE_ID_SIZE + 1], path[PATH_MAX];

	if (!read_slot(dir, slot, id))
		return true;
	file_path(path, sizeof(path), "%s/containers/%s", home, id);
	return access(path, F_OK) == -1 && errno == ENOENT &&
	    unlinkat(dir, slot, 0) == 0;
}

/* The slot that a container has had since it started first. */
static bool
find_slot(const struct state *state, const char *path, unsigned int *base)
{
	char id[STATE_ID_SIZE + 1];
	const struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(path);

	while (!found && dir != NULL && (entry = readdir(dir)) != NULL)
		if (read_slot(dirfd(dir), entry->d_name, id) &&
		    strcmp(id, state->id) == 0) {
			*base = (unsigned int)strtoul(entry->d_name, NULL, 10);
			found = true;
		}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static int
take_slot(const struct state *state, unsigned int *base)
{
	char path[PATH_MAX], slot[16];
	int dir;

	file_path(path, sizeof(path), "%s/userns", state->home);
	if (find_slot(state, path, base))
		return 0;
	mkdir(path, 0700);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1 || flock(dir, LOCK_EX) == -1) {
		warn("%s", path);
		return -1;
	}
	for (unsigned int i = 0; i < AUTO_SLOTS; i++) {
		*base = AUTO_FIRST + i * AUTO_SIZE;
		snprintf(slot, sizeof(slot), "%u", *base);
		if (is_free(dir, state->home, slot) &&
		    symlinkat(state->id, dir, slot) == 0) {
			close(dir);
			return 0;
		}
	}
	warnx("--userns auto: every range is a container's (box prune)");
	close(dir);
	return -1;
}

static int
write_maps(const struct remap *remap, pid_t pid)
{
	char path[64], map[64];

	snprintf(map, sizeof(map), "%u %u %u\n", remap->back ? remap->base : 0,
	    remap->back ? 0 : remap->base, remap->size);
	file_path(path, sizeof(path), "/proc/%d/uid_map", pid);
	if (file_write(path, map) == -1)
		return -1;
	file_path(path, sizeof(path), "/proc/%d/gid_map", pid);
	return file_write(path, map);
}

/* A namespace lives as long as a descriptor of it, so its maker may die. */
static int
make_userns(struct remap *remap)
{
	struct sync made, done;
	char path[64];
	pid_t pid;

	sync_open(&made);
	sync_open(&done);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWUSER) == -1)
			err(EXIT_OWN, "--userns: a user namespace");
		sync_go(&made);
		sync_wait(&done);
		_exit(0);
	}
	if (pid == -1) {
		warn("fork");
	} else if (sync_wait(&made) == 0) { /* else it has said why */
		file_path(path, sizeof(path), "/proc/%d/ns/user", pid);
		if (write_maps(remap, pid) == 0)
			remap->userns = open(path, O_RDONLY | O_CLOEXEC);
		if (remap->userns == -1)
			warn("--userns: a user namespace with ids %u to %u",
			    remap->base, remap->base + remap->size - 1);
	}
	sync_close(&done);
	if (pid != -1)
		waitpid(pid, NULL, 0);
	return remap->userns == -1 ? -1 : 0;
}

int
remap_prepare(struct remap *remap, const struct config *config,
    const struct state *state, bool rootless)
{
	*remap = (struct remap){
		.on = config->userns == USERNS_AUTO ||
		    config->userns == USERNS_REMAP,
		.base = config->userns_base,
		.size = config->userns_size,
		.userns = -1,
	};
	if (!remap->on)
		return 0;
	if (rootless) {
		warnx("--userns: only root has ids to give (without root the "
		      "box's root is you, and nobody else, in any case)");
		return -1;
	}
	if (config->network_of != NULL) {
		warnx("--userns: not with --network container:%s, whose "
		      "network is not that user namespace's",
		    config->network_of);
		return -1;
	}
	if (config->userns == USERNS_AUTO &&
	    take_slot(state, &remap->base) == -1)
		return -1;
	explain("remap_prepare");
	return make_userns(remap);
}

int
remap_recall(struct remap *remap, const char *dir)
{
	char path[PATH_MAX], text[64];

	*remap = (struct remap){ .userns = -1 };
	file_path(path, sizeof(path), "%s/ids", dir);
	if (file_read(path, text, sizeof(text)) == -1) {
		if (errno == ENOENT)
			return 0;
		warn("%s", path);
		return -1;
	}
	if (sscanf(text, "%u %u", &remap->base, &remap->size) != 2) {
		warnx("%s: not two numbers", path);
		return -1;
	}
	remap->on = true;
	return 0;
}

int
remap_again(struct remap *remap, bool back)
{
	remap->back = back;
	return make_userns(remap);
}

void
remap_release(const struct remap *remap)
{
	if (remap->on && remap->userns != -1)
		close(remap->userns);
}

void
remap_forget(const char *home, const char *id)
{
	char path[PATH_MAX], owner[STATE_ID_SIZE + 1];
	const struct dirent *entry;
	DIR *dir;

	file_path(path, sizeof(path), "%s/userns", home);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (read_slot(dirfd(dir), entry->d_name, owner) &&
		    strcmp(owner, id) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}
