/*
 * name.c - the names of containers: symbolic links, so that one system call
 * takes a name or finds it taken.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "state.h"

/* A name that leads nowhere: who gave it was killed half-way. */
static bool
is_stale(const struct state *state, const char *path)
{
	char id[STATE_ID_SIZE], other[PATH_MAX];

	if (readlink(path, id, sizeof(id)) != STATE_ID_SIZE - 1)
		return false;
	file_path(other, sizeof(other), "%s/running/%.12s", state->home, id);
	if (faccessat(AT_FDCWD, other, F_OK, 0) == 0)
		return false;
	file_path(other, sizeof(other), "%s/containers/%.12s", state->home, id);
	return faccessat(AT_FDCWD, other, F_OK, 0) == -1 && errno == ENOENT;
}

int
state_name(const struct state *state, const char *name)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/names/%s", state->home, name);
	if (symlink(state->id, path) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (is_stale(state, path) && unlink(path) == 0)
		return symlink(state->id, path);
	errno = EEXIST;
	return -1;
}

void
state_unname(const struct state *state, const char *name)
{
	char path[PATH_MAX], id[STATE_ID_SIZE];

	/* It may have been given to another since. */
	file_path(path, sizeof(path), "%s/names/%s", state->home, name);
	if (readlink(path, id, sizeof(id)) == STATE_ID_SIZE - 1 &&
	    memcmp(id, state->id, STATE_ID_SIZE - 1) == 0)
		unlink(path);
}

/* Whatever names lead to a container of which nothing else is known. */
void
state_unname_all(const struct state *state)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *d;

	file_path(path, sizeof(path), "%s/names", state->home);
	d = opendir(path);
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			state_unname(state, entry->d_name);
	if (d != NULL)
		closedir(d);
}
