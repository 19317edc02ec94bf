/* image.c - from the name of an image to its layers. */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "image.h"
#include "image_run.h"

static char *
absolute(const char *path)
{
	char *real = realpath(path, NULL);

	if (real == NULL)
		err(EXIT_OWN, "%s", path);
	return real;
}

static void
need_directory(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		err(EXIT_OWN, "%s", path);
	if (!S_ISDIR(st.st_mode))
		errx(EXIT_OWN,
		    "%s: not a directory (box import makes an image of an "
		    "archive)",
		    path);
}

/* Add a directory by its absolute name, which is the image's from here on. */
static void
add_layer(struct image *image, char *path)
{
	image->layers = reallocarray(
	    image->layers, image->layer_count + 1, sizeof(*image->layers));
	if (image->layers == NULL)
		err(EXIT_OWN, "reallocarray");
	image->layers[image->layer_count++] = path;
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Add the layers of the image in dir; -1 when there is none. */
static int
add_layers(struct image *image, const char *dir)
{
	struct dirent **entries;
	char *real, *path;
	int n = scandir(dir, &entries, not_hidden, alphasort);

	if (n <= 0)
		return -1;
	real = absolute(dir);
	while (n-- > 0) {
		if (asprintf(&path, "%s/%s", real, entries[n]->d_name) == -1)
			err(EXIT_OWN, "asprintf");
		need_directory(path);
		add_layer(image, path);
		free(entries[n]);
	}
	free(entries);
	free(real);
	return 0;
}

/* The layers of an image of the store; -1 when there is none. */
static int
find_stored(struct image *image, const char *name, const char *home)
{
	char store[PATH_MAX / 2], path[PATH_MAX], text[64 << 10];
	char *rest = text, *line, *layer;
	int found;

	file_path(store, sizeof(store), "%s/store", home);
	image->lock = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (image->lock == -1)
		return -1;
	if (flock(image->lock, LOCK_SH) == -1)
		err(EXIT_OWN, "flock: %s", store);
	found = ref_find(store, name, image->id);
	if (found == -1)
		errx(EXIT_OWN, "%s: the id of several images", name);
	if (found == 0) {
		close(image->lock);
		image->lock = -1;
		return -1;
	}
	file_path(path, sizeof(path), "%s/images/%s/layers", store, image->id);
	if (file_read(path, text, sizeof(text)) == -1)
		err(EXIT_OWN, "%s", path);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		if (asprintf(&layer, "%s/layers/%s", store, line) == -1)
			err(EXIT_OWN, "asprintf");
		add_layer(image, layer);
	}
	if (image->layer_count == 0)
		errx(EXIT_OWN, "%s has no layers, and so nothing to run", name);
	file_path(path, sizeof(path), "%s/images/%s/run", store, image->id);
	image_read_run(image, path);
	return 0;
}

/* The layers of an image that comes with the program; -1 if there is none. */
static int
find_beside(struct image *image, const char *name)
{
	static const char *const beside[] = { "images", "share/boxlab/images" };
	const char *images = getenv("BOXLAB_IMAGES");
	char program[PATH_MAX - 1], dir[PATH_MAX];
	ssize_t n;

	if (images != NULL) {
		file_path(dir, sizeof(dir), "%s/%s/layers", images, name);
		return add_layers(image, dir);
	}
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (n == -1)
		err(EXIT_OWN, "/proc/self/exe");
	program[n] = '\0';
	for (int up = 0; up < 2 && strrchr(program, '/') != NULL; up++)
		*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		file_path(dir, sizeof(dir), "%s/%s/%s/layers", program,
		    beside[i], name);
		if (add_layers(image, dir) == 0)
			return 0;
	}
	return -1;
}

static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool
is_directory(const char *name)
{
	return begins(name, "/") || begins(name, "./") || begins(name, "../") ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void
image_find(const char *name, const char *home, struct image *image)
{
	const char *images = getenv("BOXLAB_IMAGES");

	*image = (struct image){ .lock = -1 };
	if (!is_directory(name)) {
		if (find_stored(image, name, home) == 0)
			return;
		if (strchr(name, '/') == NULL && find_beside(image, name) == 0)
			return;
	}
	if (strchr(name, '/') != NULL || is_directory(name)) {
		need_directory(name);
		add_layer(image, absolute(name));
		return;
	}
	if (images != NULL)
		errx(EXIT_OWN, "no image %s in %s", name, images);
	errx(EXIT_OWN,
	    "no image %s (box images; box pull %s; a directory needs a slash: "
	    "./%s)",
	    name, name, name);
}

void
image_keep(struct image *image, const struct state *state)
{
	char path[PATH_MAX];

	if (image->lock == -1)
		return;
	file_path(path, sizeof(path), "%s/image", state->dir);
	if (symlink(image->id, path) == -1)
		err(EXIT_OWN, "%s", path);
	close(image->lock);
	image->lock = -1;
}
