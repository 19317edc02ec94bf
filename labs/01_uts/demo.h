/* demo.h - the demonstration of lab 01, and how it looks at its names. */

#ifndef DEMO_H
#define DEMO_H

#include <sys/utsname.h>

#include "say.h"

/* Say which names this process sees, and from which namespace. */
struct utsname look(enum say_who who);

/*
 * Show, and check, that a box renames itself and the host does not notice.
 * Returns the exit status.
 */
int demonstrate(const char *host_name, const char *domain_name);

#endif
