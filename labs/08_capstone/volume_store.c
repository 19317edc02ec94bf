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
#include "volume_store.h"

bool
volume_name_ok(const char *name)
{
	return isalnum((unsigned char)name[0]) && strlen(name) <= 64 &&
	    name[strspn(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		"UVWXYZ0123456789_.-")] == '\0';
}

/* volumes/, locked until it is closed; -1 with a line said. */
static int
lock_store(const char *home)
{
	char dir[PATH_MAX];
	int fd;

	file_path(dir, sizeof(dir), "%s/volumes", home);
	if (mkdir(dir, 0711) == -1 && errno != EEXIST) {
		warn("%s", dir);
		return -1;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_EX) == -1) {
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

/* Make volume name, unless it is there.  0, or -1 with a line said. */
static int
make(int store, const char *name, bool anonymous)
{
	char new[35] = ".", path[64];

	if (faccessat(store, name, F_OK, 0) == 0)
		return 0;
	random_name(new + 1);
	if (mkdirat(store, new, 0711) == 0) {
		snprintf(path, sizeof(path), "%s/data", new);
		if (mkdirat(store, path, 0755) == -1)
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

/*
 * One of the containers that have the volume, in id, and how many there are.
 * Those that are gone are taken out.
 */
static int
count_users(int store, const char *home, const char *name, char id[NAME_MAX])
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

static bool
has(int store, const char *name, const char *what)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", name, what);
	return faccessat(store, path, F_OK, 0) == 0;
}

/* Take it out of sight, then remove it. */
static int
destroy(int store, const char *home, const char *name)
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
	if (make(store, volume->name, anonymous) == -1)
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
			store = lock_store(state->home);
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

/* Call what for each volume, in the order of their names; -1 if one does. */
static int
for_each(const char *home,
    int (*what)(int store, const char *home, const char *name, void *arg),
    void *arg)
{
	struct dirent **entries;
	int store = lock_store(home), n, result = 0;

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
	if (unlinkat(store, path, 0) == -1 || !has(store, name, "anonymous") ||
	    count_users(store, home, name, other) > 0)
		return 0;
	return destroy(store, home, name);
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
	for_each(home, forget_one, copy);
}

int
volume_create(const struct state *state, const char *name)
{
	int store = lock_store(state->home), result;

	if (store == -1)
		return -1;
	result = make(store, name, false);
	close(store);
	return result;
}

int
volume_remove(const struct state *state, const char *name)
{
	char id[NAME_MAX];
	int store = lock_store(state->home), result = -1;

	if (store == -1)
		return -1;
	if (!volume_name_ok(name) || faccessat(store, name, F_OK, 0) == -1)
		warnx("no volume %s (box volume ls)", name);
	else if (count_users(store, state->home, name, id) > 0)
		warnx(
		    "volume %s: container %s has it (box rm %s)", name, id, id);
	else
		result = destroy(store, state->home, name);
	close(store);
	return result;
}

static int
prune_one(int store, const char *home, const char *name, void *arg)
{
	const bool *all = arg;
	char id[NAME_MAX];

	if (name[0] == '.')
		return destroy(store, home, name);
	if ((!*all && !has(store, name, "anonymous")) ||
	    count_users(store, home, name, id) > 0)
		return 0;
	if (destroy(store, home, name) == -1)
		return -1;
	puts(name);
	return 0;
}

int
volume_prune(const struct state *state, bool all)
{
	return for_each(state->home, prune_one, &all);
}

static int
list_one(int store, const char *home, const char *name, void *arg)
{
	const bool *quiet = arg;
	char id[NAME_MAX];

	if (name[0] == '.')
		return 0;
	if (*quiet)
		puts(name);
	else
		printf("%-34s  %-9s  %d\n", name,
		    has(store, name, "anonymous") ? "anonymous" : "named",
		    count_users(store, home, name, id));
	return 0;
}

int
volume_list(const struct state *state, bool quiet)
{
	if (!quiet)
		printf("%-34s  %-9s  %s\n", "NAME", "KIND", "CONTAINERS");
	return for_each(state->home, list_one, &quiet);
}

/* The beginning of a string, which the caller ends. */
static void
print_json(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ')
			printf("\\u%04x", c);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else
			putchar(c);
	}
}

int
volume_inspect(const struct state *state, const char *name)
{
	char id[NAME_MAX] = "";
	int store = lock_store(state->home), users;

	if (store == -1)
		return -1;
	if (!volume_name_ok(name) || faccessat(store, name, F_OK, 0) == -1) {
		warnx("no volume %s (box volume ls)", name);
		close(store);
		return -1;
	}
	users = count_users(store, state->home, name, id);

	/* A name has no characters that JSON would want escaped. */
	printf("    {\n"
	       "        \"Name\": \"%s\",\n"
	       "        \"Driver\": \"local\",\n"
	       "        \"Mountpoint\": ",
	    name);
	print_json(state->home);
	printf("/volumes/%s/data\",\n"
	       "        \"Anonymous\": %s,\n"
	       "        \"Filled\": %s,\n"
	       "        \"Containers\": %d\n"
	       "    }",
	    name, has(store, name, "anonymous") ? "true" : "false",
	    has(store, name, "fresh") ? "false" : "true", users);
	close(store);
	return 0;
}
