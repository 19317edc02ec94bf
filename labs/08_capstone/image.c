/* image.c - from the name of an image to its layers. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "image.h"

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
		errx(EXIT_OWN, "%s: not a directory", path);
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

void
image_find(const char *name, struct image *image)
{
	static const char *const beside[] = { "images", "share/boxlab/images" };
	const char *images = getenv("BOXLAB_IMAGES");
	char program[PATH_MAX - 1], dir[PATH_MAX];
	ssize_t n;

	*image = (struct image){ 0 };
	if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0) {
		need_directory(name);
		add_layer(image, absolute(name));
		return;
	}
	if (images != NULL) {
		file_path(dir, sizeof(dir), "%s/%s/layers", images, name);
		if (add_layers(image, dir) == 0)
			return;
		errx(EXIT_OWN, "no image %s in %s", name, images);
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
			return;
	}
	errx(EXIT_OWN, "no image %s (a directory needs a slash: ./%s)", name,
	    name);
}
