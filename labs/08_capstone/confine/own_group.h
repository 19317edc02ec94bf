/* own_group.h - the cgroup of a container: to join and to clear. */

#ifndef OWN_GROUP_H
#define OWN_GROUP_H

#include <sys/types.h>

/*
 * Move this process into the container's group, whose process 1 is in it; not
 * every container has one.  0, or -1 with errno: EACCES where the group was
 * delegated to another session of the user's.
 */
int own_group_join(const char *cgroup, pid_t process1);

/*
 * Kill what is in a group and in the groups that a privileged box has made in
 * it, and remove them all.  0, or -1 with errno.
 */
int own_group_clear(const char *cgroup);

#endif
