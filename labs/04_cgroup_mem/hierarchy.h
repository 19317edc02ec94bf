/* hierarchy.h - where on this machine each controller has its directory. */

#ifndef HIERARCHY_H
#define HIERARCHY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * One mounted hierarchy with controllers that the course uses.  A v1 machine
 * has several, a v2 machine one, a hybrid machine either or both.
 */
struct hierarchy {
	int version; /* 1 or 2 */
	dev_t dev;
	char controllers[256]; /* words between commas or spaces */
	char *parent; /* the directory our groups are made in */
};

/*
 * All of them, in the order of mounting; how many is the result, 0 where no
 * cgroup file system is in sight.  Looked up at the first call and then kept:
 * call it before the process changes its root, its mounts or its own cgroup.
 */
size_t hierarchy_all(const struct hierarchy **all);

/* The one that has the controller, or NULL with errno ENODEV. */
const struct hierarchy *hierarchy_of(const char *controller);

/* Does a list with commas or spaces between its words contain this one? */
bool hierarchy_has(const char *list, const char *word);

/* Does it contain any of the words of a second one?  NULL: yes. */
bool hierarchy_shares(const char *list, const char *words);

#endif
