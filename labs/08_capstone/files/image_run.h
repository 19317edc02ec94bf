/* image_run.h - how an image wants to be run; for image.c. */

#ifndef IMAGE_RUN_H
#define IMAGE_RUN_H

#include "image.h"

/* Read the records of an image of the store.  Exits on failure. */
void image_read_run(struct image *image, const char *path);

#endif
