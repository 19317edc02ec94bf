/* overlay_name.h - directories, as the options of a mount name them. */

#ifndef OVERLAY_NAME_H
#define OVERLAY_NAME_H

#include <stdio.h>

/*
 * Append key and the name of dir to f, with what is special to overlayfs
 * escaped.  With fd, a short name instead, good as long as the descriptor that
 * is left in *fd is open; exits if dir cannot be opened.  Returns where the
 * next descriptor goes: fd + 1, or NULL for NULL.
 */
int *overlay_put_name(FILE *f, const char *key, const char *dir, int *fd);

#endif
