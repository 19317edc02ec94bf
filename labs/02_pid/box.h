/* box.h - a box of lab 02: how it starts, and the numbers it has. */

#ifndef BOX_H
#define BOX_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Like fork(2), but the child is process 1 of a new PID namespace, and killed
 * when its parent dies.  level, from 1, is for messages.  Exits on failure.
 */
pid_t box_start(int level);

/* In the innermost box: show /proc as it is here, and only here. */
void box_enter_proc(void);

/*
 * The numbers of pid, or of the caller if 0, as "4711 12 1": from the
 * namespace that /proc shows down to the process's own.  Returns how many.
 */
int box_numbers(pid_t pid, char *buf, size_t size);

#endif
