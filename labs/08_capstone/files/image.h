/* image.h - from the name of an image to its layers, and how to run it. */

#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>

#include "config.h"
#include "ref.h"
#include "state.h"

struct image {
	char **layers; /* absolute paths, the top layer first */
	size_t layer_count;
	char id[REF_ID]; /* of an image of the store, else "" */
	int lock; /* keeps it there, or -1; image_keep() gives it back */

	/* What its configuration says: NULL where it says nothing. */
	char **entrypoint;
	size_t entrypoint_count;
	char **command;
	size_t command_count;
	char **environment; /* "NAME=value" each */
	size_t environment_count;
	char *workdir, *user, *stop_signal;
	char **volumes; /* directories */
	size_t volume_count;
	char **ports; /* "80/tcp" each */
	size_t port_count;
};

/*
 * Find the layers of name.  One that begins with "/", "./" or "../" is a
 * directory: the one layer.  Else it is an image of the store below home, by
 * its name or the beginning of its id; or one that comes with the program, a
 * directory "layers" with a directory for each layer in alphabetical order,
 * the lowest first; or, if there is a slash in it, a directory after all.
 * The second kind is looked for in BOXLAB_IMAGES if it is set, else beside the
 * program: ../images when it was built, ../share/boxlab/images when it was
 * installed.
 *
 * Anyone may call it.  Exits with one line when there is no such image.
 */
void image_find(const char *name, const char *home, struct image *image);

/*
 * Note in the container's directory which image it is made of, so that "box
 * rmi" lets it be.  Until then nobody could remove it, since image_find().
 * Exits on failure.
 */
void image_keep(struct image *image, const struct state *state);

/*
 * Fill in what the user left open, as docker does: the command (that of the
 * image goes if the user gave an entry point), variables, directory, user.
 * What still has no command gets a shell, unless the image is the store's:
 * then it exits with one line.
 */
void image_apply(const struct image *image, struct config *config);

#endif
