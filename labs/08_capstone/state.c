/*
 * state.c - what box remembers on disk.
 *
 * Each fact is one file, and is made or taken by one system call that fails
 * when someone else was first: no daemon has to keep the books.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "state.h"
#include "sweep.h"
#include "userns.h"
#include "volume_store.h"

#define ELSEWHERE " (set BOXLAB_HOME to use another directory)"

/* mkdir -p */
static int
make_path(const char *path)
{
	char parent[PATH_MAX];
	char *slash;

	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	file_path(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return -1;
	*slash = '\0';
	if (make_path(parent) == -1)
		return -1;
	return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : -1;
}

static void
choose_home(struct state *state)
{
	const char *home = getenv("BOXLAB_HOME");
	const char *data = getenv("XDG_DATA_HOME");
	const char *user = getenv("HOME");

	if (home != NULL && home[0] == '/')
		file_path(state->home, sizeof(state->home), "%s", home);
	else if (home != NULL)
		errx(EXIT_OWN, "BOXLAB_HOME=%s: must start with /", home);
	else if (geteuid() == 0 && (!userns_inside() || user == NULL))
		file_path(state->home, sizeof(state->home), "/var/lib/boxlab");
	else if (data != NULL && data[0] == '/')
		file_path(state->home, sizeof(state->home), "%s/boxlab", data);
	else if (user != NULL && user[0] == '/')
		file_path(state->home, sizeof(state->home),
		    "%s/.local/share/boxlab", user);
	else
		errx(EXIT_OWN, "no home directory: set BOXLAB_HOME");
}

void
state_open(struct state *state)
{
	static const char *const parts[] = { "containers", "names", "running",
		"net", "stage" };
	char path[PATH_MAX];

	choose_home(state);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		file_path(path, sizeof(path), "%s/%s", state->home, parts[i]);
		if (make_path(path) == -1)
			err(EXIT_OWN, "%s" ELSEWHERE, path);
	}
}

/* Take running/ID, locked.  Its text is for who finds the lock free. */
static void
take_lock(struct state *state, bool rm)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	state->lock = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (state->lock == -1)
		err(EXIT_OWN, "%s" ELSEWHERE, path);
	if (flock(state->lock, LOCK_EX) == -1 ||
	    dprintf(state->lock, "%s %s\n", state->name, rm ? "rm" : "keep") <
		0) {
		warn("%s", path);
		unlink(path);
		exit(EXIT_OWN);
	}
}

static void
unlink_in(const struct state *state, const char *part, const char *name)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s/%s", state->home, part, name);
	unlink(path);
}

static void
take_name(struct state *state)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/names/%s", state->home, state->name);
	if (symlink(state->id, path) == 0)
		return;
	if (errno == EEXIST)
		warnx("the name %s is taken (box ps -a, box rm %s)",
		    state->name, state->name);
	else
		warn("%s", path);
	unlink_in(state, "running", state->id);
	exit(EXIT_OWN);
}

static void
take_directory(struct state *state)
{
	file_path(state->dir, sizeof(state->dir), "%s/containers/%s",
	    state->home, state->id);
	if (mkdir(state->dir, 0700) == 0)
		return;
	warn("%s", state->dir);
	unlink_in(state, "names", state->name);
	unlink_in(state, "running", state->id);
	exit(EXIT_OWN);
}

void
state_create(struct state *state, const char *name, bool rm)
{
	unsigned char random[STATE_ID_SIZE / 2];
	int fd;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		err(EXIT_OWN, "getrandom");
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(state->id + 2 * i, 3, "%02x", random[i]);
	strlcpy(
	    state->name, name != NULL ? name : state->id, sizeof(state->name));
	file_path(state->cgroup, sizeof(state->cgroup), "boxlab-%s", state->id);

	/* Between open and flock our lock is free: keep sweepers out. */
	fd = open(state->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_SH) == -1)
		err(EXIT_OWN, "%s", state->home);
	take_lock(state, rm);
	take_name(state);
	take_directory(state);
	close(fd);
}

void
state_release(struct state *state, bool keep, int status)
{
	char path[PATH_MAX], text[128];

	if (keep) {
		file_path(path, sizeof(path), "%s/about", state->dir);
		snprintf(text, sizeof(text), "%s %d\n", state->name, status);
		if (file_create(path, text, 0644) == -1)
			warn("%s", path);
	} else if (file_remove_tree(state->dir) == 0) {
		volume_forget(state->home, state->id);
		unlink_in(state, "names", state->name);
	} else {
		/* Marked as running, it is for the next sweep to try again. */
		warn("%s", state->dir);
		close(state->lock);
		return;
	}
	unlink_in(state, "running", state->id);
	close(state->lock);
}
