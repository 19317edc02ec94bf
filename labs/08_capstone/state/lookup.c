/* lookup.c - a container by what a person calls it. */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "lookup.h"
#include "process.h"
#include "userns.h"

static bool
is_id(const char *text, size_t length)
{
	return strlen(text) == length &&
	    strspn(text, "0123456789abcdef") == length;
}

/* Take in what is on disk; -1 with errno when that is nothing. */
static int
fill(struct state *state, const char *id)
{
	strlcpy(state->id, id, sizeof(state->id));
	file_path(state->cgroup, sizeof(state->cgroup), "boxlab-%s", id);
	file_path(state->dir, sizeof(state->dir), "%s/containers/%s",
	    state->home, id);
	if (facts_read(state->dir, &state->facts) == -1)
		return -1;
	strlcpy(state->name, state->facts.name, sizeof(state->name));
	return 0;
}

static DIR *
open_containers(const struct state *state)
{
	char path[PATH_MAX];
	DIR *d;

	file_path(path, sizeof(path), "%s/containers", state->home);
	d = opendir(path);
	if (d == NULL)
		err(EXIT_OWN, "%s", path);
	return d;
}

/* The one id that begins so; how many there are. */
static int
find_prefix(
    const struct state *state, const char *prefix, char id[STATE_ID_SIZE])
{
	const struct dirent *entry;
	size_t length = strlen(prefix);
	int found = 0;
	DIR *d;

	if (length == 0 || !is_id(prefix, length))
		return 0;
	d = open_containers(state);
	while ((entry = readdir(d)) != NULL) {
		if (!is_id(entry->d_name, STATE_ID_SIZE - 1) ||
		    strncmp(entry->d_name, prefix, length) != 0)
			continue;
		strlcpy(id, entry->d_name, STATE_ID_SIZE);
		found++;
	}
	closedir(d);
	return found;
}

/* How many ids there are that text may mean, and one of them. */
static int
find_id(const struct state *state, const char *text, char id[STATE_ID_SIZE])
{
	char path[PATH_MAX];
	int found = 0;

	if (text[0] != '\0' && text[0] != '.' && strchr(text, '/') == NULL &&
	    strlen(text) < sizeof(state->name)) {
		file_path(path, sizeof(path), "%s/names/%s", state->home, text);
		found = readlink(path, id, STATE_ID_SIZE) == STATE_ID_SIZE - 1;
		id[STATE_ID_SIZE - 1] = '\0';
	}
	return found != 0 ? found : find_prefix(state, text, id);
}

/* How many there are that text may mean; of one, state is filled. */
static int
look_up(struct state *state, const char *text)
{
	char id[STATE_ID_SIZE] = "";
	int found = find_id(state, text, id);

	return found == 1 && fill(state, id) == -1 ? 0 : found;
}

bool
find_spoilt(struct state *state, const char *text)
{
	char id[STATE_ID_SIZE] = "";

	return find_id(state, text, id) == 1 && fill(state, id) == -1 &&
	    errno != ENOENT && errno != ENODATA;
}

bool
find_any(struct state *state, const char *text)
{
	return look_up(state, text) > 0;
}

int
find_container(struct state *state, const char *text)
{
	int found = look_up(state, text);

	if (found == 1)
		return 0;
	if (found > 1)
		warnx("%s: %d containers begin so (box ps -a)", text, found);
	else if (find_spoilt(state, text))
		warnx("%s: its facts are spoilt: %s (box rm -f %s)", text,
		    strerror(errno), text);
	else
		warnx("no container %s (box ps -a)", text);
	return -1;
}

bool
find_alive(const struct state *state)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	return faccessat(AT_FDCWD, path, F_OK, 0) == 0;
}

int
find_process(const struct state *state)
{
	return process_open(state->facts.pid, state->facts.pid_start);
}

int
find_member(const struct state *state, pid_t *pid)
{
	char path[64];
	int init = find_process(state), fd;
	FILE *children;

	*pid = (pid_t)state->facts.pid;
	if (init == -1) {
		warnx("%s is not running (box start %s)", state->name,
		    state->name);
		return -1;
	}
	if (!state->facts.init || (geteuid() == 0 && !userns_inside()))
		return init;
	file_path(path, sizeof(path), "/proc/%d/task/%d/children", *pid, *pid);
	children = fopen(path, "re");
	if (children == NULL)
		warn("%s", path);
	while (children != NULL && fscanf(children, "%d", pid) == 1) {
		fd = process_open((uint64_t)*pid, process_start(*pid));
		if (fd != -1 &&
		    process_parent(*pid) == (pid_t)state->facts.pid &&
		    !process_wait(fd, 0) && !process_wait(init, 0)) {
			fclose(children);
			return fd;
		}
		if (fd != -1)
			close(fd);
	}
	if (children != NULL)
		fclose(children);
	warnx("%s has ended", state->name);
	return -1;
}

void
find_all(struct state *state,
    void (*visit)(const struct state *state, void *arg), void *arg)
{
	const struct dirent *entry;
	DIR *d = open_containers(state);

	while ((entry = readdir(d)) != NULL)
		if (is_id(entry->d_name, STATE_ID_SIZE - 1) &&
		    fill(state, entry->d_name) == 0)
			visit(state, arg);
	closedir(d);
}
