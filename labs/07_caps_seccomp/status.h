/* status.h - what a process may do, as its status file in /proc says. */

#ifndef STATUS_H
#define STATUS_H

#include <stdint.h>

#include "say.h"

/* Who it is, and its five sets of capabilities as masks (caps.h). */
struct status {
	unsigned int euid;
	uint64_t inheritable, permitted, effective, bounding, ambient;
};

/* From the text of a status file, see proc(5).  Exits if a field is missing. */
struct status parse_status(const char *text);

/* Of this process. */
struct status look(void);

/* Look, and say the five sets. */
void say_sets(enum say_who who);

/*
 * Get the capabilities in needed: a process that lacks one has them all in a
 * user namespace of its own.  Call it first, in a process with one thread.
 * Returns how many user ids that namespace has; 0 if none was needed.
 */
unsigned int become_able(uint64_t needed);

#endif
