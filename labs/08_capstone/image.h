/* image.h - from the name of an image to its layers. */

#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>

struct image {
	char **layers; /* absolute paths, the top layer first */
	size_t layer_count;
};

/*
 * Find the layers of name.  A name with a slash in it is a directory: the one
 * layer.  Else it is an image, a directory "layers" with a directory for each
 * layer in alphabetical order, the lowest first.  Images are looked for in
 * BOXLAB_IMAGES if it is set, else beside the program: ../images when it was
 * built, ../share/boxlab/images when it was installed.
 *
 * Anyone may call it.  Exits with one line when there is no such image.
 */
void image_find(const char *name, struct image *image);

#endif
