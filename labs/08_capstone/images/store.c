/* store.c - where images are kept, so that whatever happens they are whole. */

#define _GNU_SOURCE
#include <sys/file.h>
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
#include "options.h"
#include "ref.h"
#include "shown.h"
#include "store.h"
#include "store_order.h"

static void
make(const char *parent, const char *name)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", parent, name);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		err(EXIT_OWN, "%s", path);
}

/* Remove the workshops that nobody holds locked any more. */
static void
sweep_workshops(const struct store *store)
{
	char dir[PATH_MAX - 256], path[PATH_MAX];
	const struct dirent *entry;
	DIR *d;
	int fd;

	file_path(dir, sizeof(dir), "%s/tmp", store->dir);
	d = opendir(dir);
	if (d == NULL)
		err(EXIT_OWN, "%s", dir);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		file_path(path, sizeof(path), "%s/%s", dir, entry->d_name);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		    file_remove_tree(path) == -1)
			warn("%s", path);
		if (fd != -1)
			close(fd);
	}
	closedir(d);
}

void
store_open(struct store *store, const struct state *state)
{
	static const char *const parts[] = { "oci", "oci/blobs",
		"oci/blobs/sha256", "layers", "sizes", "images", "names",
		"tmp" };

	*store = (struct store){ .lock = -1 };
	strlcpy(store->home, state->home, sizeof(store->home));
	file_path(store->dir, sizeof(store->dir), "%s/store", state->home);
	make(state->home, "store");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		make(store->dir, parts[i]);
	store->lock = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->lock == -1)
		err(EXIT_OWN, "%s", store->dir);

	/* Not while somebody holds it: who comes later sweeps as well. */
	if (flock(store->lock, LOCK_EX | LOCK_NB) == 0) {
		sweep_workshops(store);
		store_unlock(store);
	} else if (errno != EWOULDBLOCK) {
		err(EXIT_OWN, "flock: %s", store->dir);
	}
}

void
store_lock(const struct store *store)
{
	if (flock(store->lock, LOCK_EX) == -1)
		err(EXIT_OWN, "flock: %s", store->dir);

	/* Who had it before may have died with it. */
	if (order_is_due(store))
		order_restore(store);
}

void
store_share(const struct store *store)
{
	for (;;) {
		if (flock(store->lock, LOCK_SH) == -1)
			err(EXIT_OWN, "flock: %s", store->dir);
		if (!order_is_due(store))
			return;
		store_lock(store);
	}
}

void
store_unlock(const struct store *store)
{
	if (flock(store->lock, LOCK_UN) == -1)
		err(EXIT_OWN, "flock: %s", store->dir);
}

static char workshop[PATH_MAX]; /* for the function below, at exit */

static void
close_workshop(void)
{
	if (file_remove_tree(workshop) == -1)
		warn("%s", workshop);
}

void
store_workshop(struct store *store)
{
	static const char *const parts[] = { "blobs", "layers", "sizes",
		"images" };
	int fd;

	/* Until it is locked it looks like one that is left over. */
	store_lock(store);
	file_path(store->tmp, sizeof(store->tmp), "%s/tmp/XXXXXX", store->dir);
	if (mkdtemp(store->tmp) == NULL)
		err(EXIT_OWN, "%s", store->tmp);
	strlcpy(workshop, store->tmp, sizeof(workshop));
	atexit(close_workshop);
	fd = open(store->tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		err(EXIT_OWN, "%s", store->tmp);
	store_unlock(store);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		make(store->tmp, parts[i]);
}

static bool
exists(const char *dir, const char *part, const char *hex)
{
	char path[PATH_MAX];
	struct stat st;

	file_path(path, sizeof(path), "%s/%s/%s", dir, part, hex);
	return lstat(path, &st) == 0;
}

bool
store_has(const struct store *store, const char *part, const char *hex)
{
	return exists(store->dir,
	    strcmp(part, "blobs") == 0 ? "oci/blobs/sha256" : part, hex);
}

bool
store_made(const struct store *store, const char *part, const char *hex)
{
	return store->tmp[0] != '\0' && exists(store->tmp, part, hex);
}

const char *
store_user(const struct store *store, const char *hex)
{
	static char user[NAME_MAX + 1];
	char dir[PATH_MAX - 256], path[PATH_MAX], image[DIGEST_HEX];
	const struct dirent *entry;
	bool found = false;
	DIR *d;

	file_path(dir, sizeof(dir), "%s/containers", store->home);
	d = opendir(dir);
	if (d == NULL)
		err(EXIT_OWN, "%s", dir);
	while (!found && (entry = readdir(d)) != NULL) {
		file_path(
		    path, sizeof(path), "%s/%s/image", dir, entry->d_name);
		found =
		    readlink(path, image, sizeof(image)) == DIGEST_HEX - 1 &&
		    memcmp(image, hex, DIGEST_HEX - 1) == 0;
		if (found)
			strlcpy(user, entry->d_name, sizeof(user));
	}
	closedir(d);
	return found ? user : NULL;
}

int
store_blob(const struct store *store, const char *hex)
{
	char path[PATH_MAX];
	int fd = -1;

	if (store->tmp[0] != '\0') {
		file_path(path, sizeof(path), "%s/blobs/%s", store->tmp, hex);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd == -1) {
		file_path(path, sizeof(path), "%s/oci/blobs/sha256/%s",
		    store->dir, hex);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd == -1)
		err(EXIT_OWN, "blob sha256:%s", hex);
	return fd;
}

bool
store_find(const struct store *store, const char *name, char hex[DIGEST_HEX])
{
	int found = ref_find(store->dir, name, hex);

	if (found == -1)
		errx(EXIT_OWN, "%s: the id of several images", shown(name));
	return found == 1;
}

void
store_need(const struct store *store, const char *name, char hex[DIGEST_HEX])
{
	if (!store_find(store, name, hex))
		errx(EXIT_OWN, "no image %s (see box images)", shown(name));
}

char **
store_lines(const char *dir, const char *hex, const char *file, char **text,
    size_t *count)
{
	char path[PATH_MAX], *line, *rest, **lines = NULL;
	FILE *f;
	size_t size = 0;

	*text = NULL;
	*count = 0;
	file_path(path, sizeof(path), "%s/images/%s/%s", dir, hex, file);
	f = fopen(path, "re");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	if (getdelim(text, &size, '\0', f) == -1) {
		if (ferror(f))
			err(EXIT_OWN, "%s", path);

		/* An empty file: there is memory, but nothing in it. */
		free(*text);
		*text = NULL;
	}
	fclose(f);
	rest = *text;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0') {
			lines = options_grow(lines, *count, sizeof(*lines));
			lines[(*count)++] = line;
		}
	return lines;
}

uint64_t
store_size(const struct store *store, const char *layer)
{
	char path[PATH_MAX], text[32];
	const char *why;

	file_path(path, sizeof(path), "%s/sizes/%s", store->dir, layer);
	if (file_read(path, text, sizeof(text)) == -1)
		return 0;
	return (uint64_t)strtonum(text, 0, INT64_MAX, &why);
}
