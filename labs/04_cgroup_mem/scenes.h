/* scenes.h - the later scenes of the demonstration. */

#ifndef SCENES_H
#define SCENES_H

#include <stdint.h>

#define MIB UINT64_C(1048576)

/* Each makes its claims about the group and, but the last, leaves it empty. */

/* Two processes, neither over the limit of 64 MiB that this sets: one dies. */
void show_sum(const char *group);

/* Files in a tmpfs count like memory. */
void show_tmpfs(const char *group);

/* Frozen means no progress: watch the pulse of a process that never rests. */
void show_freeze(const char *group);

/* The directory goes. */
void show_removal(const char *group);

#endif
