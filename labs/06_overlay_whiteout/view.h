/* view.h - looking at layers: mounted for reading, and what changed in one. */

#ifndef VIEW_H
#define VIEW_H

#include <stddef.h>

/*
 * Mount n layers read-only on target, as overlay_mount() does; n may be 1, and
 * target one of the layers.
 */
void view_mount(const char *target, const char *const lowers[], size_t n);

/* For overlay_diff(): one line for each change, to the FILE that is out. */
void view_print_change(char kind, const char *path, void *out);

#endif
