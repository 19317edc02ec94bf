/*
 * volume_store.c - named volumes: directories that outlive containers.
 *
 * What is made or removed is complete or has a name that nobody uses: it is
 * built under another, and rename(2) does the rest.  See volume_store.h.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "options.h"
#include "volume_inner.h"
#include "volume_store.h"

bool
volume_name_ok(const char *name)
{
	return isalnum((unsigned char)name[0]) && strlen(name) <= 64 &&
	    name[strspn(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		"UVWXYZ0123456789_.-")] == '\0';
}

void
volume_clean(char *target)
{
	char *from = target, *to = target;
	size_t len;

	for (from += strspn(from, "/"); *from != '\0';
	     from += strspn(from, "/")) {
		len = strcspn(from, "/");
		if (len != 1 || from[0] != '.') {
			*to++ = '/';
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	if (to == target)
		*to++ = '/';
	*to = '\0';
}

int
volume_lock(const char *home)
{
	char dir[PATH_MAX];
	int fd;

	file_path(dir, sizeof(dir), "%s/volumes", home);
	if (mkdir(dir, 0700) == -1 && errno != EEXIST) {
		warn("%s", dir);
		return -1;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* A user of the host could run what a box has made set-uid root. */
	if (fd == -1 || fchmod(fd, 0700) == -1 || flock(fd, LOCK_EX) == -1) {
		warn("%s", dir);
		return -1;
	}
	return fd;
}

static void
random_name(char name[33])
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		err(EXIT_OWN, "getrandom");
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(name + 2 * i, 3, "%02x", random[i]);
}

/* A file without contents: that it is there is all it says. */
static int
mark(int dir, const char *path)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd == -1 ? -1 : close(fd);
}

int
volume_make(int store, const char *name, bool anonymous)
{
	char new[35] = ".", path[64];

	if (faccessat(store, name, F_OK, 0) == 0)
		return 0;
	random_name(new + 1);
	if (mkdirat(store, new, 0711) == 0) {
		snprintf(path, sizeof(path), "%s/data", new);
		if (mkdirat(store, path, 0755) == -1 ||
		    fchmodat(store, path, 0755, 0) == -1) /* by any umask */
			goto failed;
		snprintf(path, sizeof(path), "%s/users", new);
		if (mkdirat(store, path, 0700) == -1)
			goto failed;
		snprintf(path, sizeof(path), "%s/fresh", new);
		if (mark(store, path) == -1)
			goto failed;
		snprintf(path, sizeof(path), "%s/anonymous", new);
		if (anonymous && mark(store, path) == -1)
			goto failed;
		if (renameat(store, new, store, name) == 0)
			return 0;
	}
failed:
	warn("volume %s", name);
	return -1;
}

/* Is the container there? */
static bool
exists(const char *home, const char *id)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/containers/%s", home, id);
	return access(path, F_OK) == 0;
}

int
volume_users(int store, const char *home, const char *name, char id[NAME_MAX])
{
	const struct dirent *entry;
	char path[PATH_MAX];
	int fd, n = 0;
	DIR *dir;

	file_path(path, sizeof(path), "%s/users", name);
	fd = openat(store, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd != -1 ? fdopendir(fd) : NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (!exists(home, entry->d_name)) {
			unlinkat(fd, entry->d_name, 0);
			continue;
		}
		strlcpy(id, entry->d_name, NAME_MAX);
		n++;
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

bool
volume_has(int store, const char *name, const char *what)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", name, what);
	return faccessat(store, path, F_OK, 0) == 0;
}

int
volume_destroy(int store, const char *home, const char *name)
{
	char gone[35] = ".", path[PATH_MAX];

	random_name(gone + 1);
	if (renameat(store, name, store, gone) == -1) {
		warn("volume %s", name);
		return -1;
	}
	file_path(path, sizeof(path), "%s/volumes/%s", home, gone);
	if (file_remove_tree(path) == 0)
		return 0;
	warn("%s", path);
	return -1;
}

static int
take(int store, struct volume *volume, const struct state *state)
{
	char path[PATH_MAX], random[33];
	bool anonymous = volume->name[0] == '\0';

	if (anonymous) {
		random_name(random);
		volume->name = options_copy(random);
	}
	if (volume_make(store, volume->name, anonymous) == -1)
		return -1;
	file_path(path, sizeof(path), "%s/users/%s", volume->name, state->id);
	if (mark(store, path) == -1) {
		warn("volume %s", volume->name);
		return -1;
	}
	file_path(path, sizeof(path), "%s/volumes/%s/data", state->home,
	    volume->name);
	volume->source = options_copy(path);
	return 0;
}

int
volume_take(struct config *config, const struct state *state)
{
	int store = -1, result = 0;

	for (size_t i = 0; i < config->volume_count && result == 0; i++) {
		if (config->volumes[i].name == NULL)
			continue;
		if (store == -1)
			store = volume_lock(state->home);
		result =
		    store == -1 ? -1 : take(store, &config->volumes[i], state);
	}
	if (store != -1)
		close(store);
	return result;
}

static bool
is_mounted(const struct config *config, const char *target)
{
	for (size_t i = 0; i < config->volume_count; i++)
		if (strcmp(config->volumes[i].target, target) == 0)
			return true;
	for (size_t i = 0; i < config->tmpfs_count; i++)
		if (strcmp(config->tmpfs[i].target, target) == 0)
			return true;
	return false;
}

void
volume_want(struct config *config, char *const targets[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		volume_clean(targets[i]);
		if (is_mounted(config, targets[i]))
			continue;
		config->volumes = options_grow(config->volumes,
		    config->volume_count, sizeof(*config->volumes));
		config->volumes[config->volume_count++] = (struct volume){
			.name = options_copy(""),
			.target = targets[i],
		};
	}
}

int
volume_each(const char *home,
    int (*what)(int store, const char *home, const char *name, void *arg),
    void *arg)
{
	struct dirent **entries;
	int store = volume_lock(home), n, result = 0;

	if (store == -1)
		return -1;
	n = scandirat(store, ".", &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, ".") != 0 &&
		    strcmp(entries[i]->d_name, "..") != 0 &&
		    what(store, home, entries[i]->d_name, arg) == -1)
			result = -1;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	close(store);
	return result;
}

static int
forget_one(int store, const char *home, const char *name, void *arg)
{
	const char *id = arg;
	char path[PATH_MAX], other[NAME_MAX];

	file_path(path, sizeof(path), "%s/users/%s", name, id);
	if (unlinkat(store, path, 0) == -1 ||
	    !volume_has(store, name, "anonymous") ||
	    volume_users(store, home, name, other) > 0)
		return 0;
	return volume_destroy(store, home, name);
}

void
volume_forget(const char *home, const char *id)
{
	char path[PATH_MAX], copy[NAME_MAX];

	/* Most homes have no volumes, and most boxes none. */
	file_path(path, sizeof(path), "%s/volumes", home);
	if (access(path, F_OK) == -1)
		return;
	strlcpy(copy, id, sizeof(copy));
	volume_each(home, forget_one, copy);
}
