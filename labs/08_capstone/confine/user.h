/* user.h - which user the command of a box runs as. */

#ifndef USER_H
#define USER_H

#include <sys/types.h>

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define USER_GROUPS 64

struct user {
	uid_t uid;
	gid_t gid;
	gid_t groups[USER_GROUPS];
	size_t group_count;
	bool asked; /* somebody asked for some of them */
	char home[256];
};

/*
 * Resolve "uid", "name", "uid:gid" or "name:group" (NULL: root) by the
 * /etc/passwd and /etc/group of the box: call it after pivot_root.  Exits
 * with one line when there is no such user or group.
 */
void user_find(const char *text, struct user *user);

/*
 * Add n groups, by name or number, to those that the user has.  Called and
 * failing like user_find().
 */
void user_add_groups(struct user *user, const char *const groups[], size_t n);

/*
 * Become that user, supplementary groups first.  Needs CAP_SETUID and
 * CAP_SETGID; may lose every capability.  Where no groups can be set, those of
 * /etc/group are left out, as runc and crun do.  Exits on failure.
 */
void user_become(const struct user *user);

#endif
