/* cgroup.h - limit, count, freeze and kill processes as a group. */

#ifndef CGROUP_H
#define CGROUP_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * NAME is one path component: "boxlab-7", no slash.  Below a hierarchy's top,
 * or for a plain user below the caller's own group, each group has a directory
 * of that name: one in v2, one for every controller in v1.  These are visible
 * on the host and outlive their processes: who creates a group removes it.
 *
 * The parent calls all of this, outside the box; only cgroup_add(name, 0) is
 * for the child.  Write access to the directories is the one privilege asked.
 * The first call remembers where the hierarchies are mounted, so make it
 * before the process changes its root or its mounts.
 *
 * All return -1 with errno on failure and print nothing.  ENOENT: there is no
 * such group, or its parent has not been given that controller.  ENODEV: no
 * hierarchy in sight has the controller.
 *
 * Read cgroups(7), and cgroup-v1 and cgroup-v2 in the kernel's admin guide.
 */

/* Which version runs "memory", "cpu", "freezer", ...: 1 or 2; 0 is neither. */
int cgroup_version(const char *controller);

/*
 * Make the group in every hierarchy that has one of the controllers, a list
 * like "memory,pids", or in none; NULL means all that the course uses.  Where
 * it is not made, its processes stay in the caller's group.
 * EEXIST: the name is taken.  EACCES, EPERM or EROFS: nobody delegated a group
 * to this user.  ENODEV: no such hierarchy.  EINVAL: no good name.
 */
int cgroup_create(const char *name, const char *controllers);

/*
 * How much memory the group's processes may use together, in bytes; the
 * kernel rounds down to whole pages.  UINT64_MAX is no limit.  Set it before
 * the first process joins: what has been used already stays.
 * EBUSY: v1 cannot shrink the group to that size.
 */
int cgroup_set_memory_max(const char *name, uint64_t bytes);

/* All other limits.  The value is a plain number as text, as said here. */
enum cgroup_knob {
	CGROUP_MEMORY_SWAP, /* bytes of memory and swap together, after
			     * cgroup_set_memory_max(); UINT64_MAX: no limit */
	CGROUP_MEMORY_LOW, /* bytes left alone when the host runs short */
	CGROUP_CPU_QUOTA, /* microseconds of CPU time in every 100000 */
	CGROUP_CPU_SHARES, /* weight against other groups, 1024 is normal */
	CGROUP_CPUSET_CPUS, /* "0-1,3" */
	CGROUP_CPUSET_MEMS, /* NUMA nodes, likewise */
	CGROUP_PIDS_MAX, /* how many tasks, threads counted */
	CGROUP_IO_WEIGHT, /* 1 to 1000, 100 is normal; ENOENT without BFQ */
	CGROUP_DEVICES_DENY, /* "a", or "c 1:3 rwm"; v1 only: ENOTSUP */
	CGROUP_DEVICES_ALLOW,
};
int cgroup_set(const char *name, enum cgroup_knob knob, const char *value);

/*
 * A descriptor of the v2 directory, close-on-exec, for clone3(2) with
 * CLONE_INTO_CGROUP: the child is born in the group.  ENOTSUP where any of
 * the course's controllers is in v1: there the child calls cgroup_add().
 */
int cgroup_open(const char *name);

/*
 * Move a process with all its threads into the group.  What it has used of
 * memory stays charged to its old group.  pid 0 is the caller, which must
 * have one thread: much faster, see join.c.  Children born later are in the
 * group from the start, those born before are not.  After a failure the
 * process may be in some hierarchies' groups and not in others.
 */
int cgroup_add(const char *name, pid_t pid);

/* Memory of the whole group, in bytes. */
struct cgroup_memory {
	uint64_t limit; /* UINT64_MAX when there is none */
	uint64_t current;
	uint64_t peak; /* current on v2 before Linux 5.19, which has none */
	uint64_t oom_kills; /* processes killed at the limit */
};
int cgroup_memory(const char *name, struct cgroup_memory *out);

/*
 * Stop all processes of the group, or let them go on.  Returns when they have
 * stopped, ETIMEDOUT when some have not after ten seconds.
 */
int cgroup_freeze(const char *name, bool on);

/*
 * Kill all processes of the group and wait until none is left in it.  They
 * still have to be reaped by their parents.  ETIMEDOUT as above.
 */
int cgroup_kill(const char *name);

/*
 * Remove the group from every hierarchy; gone already is no failure.  EBUSY:
 * it still has processes, and then it stays complete.
 */
int cgroup_remove(const char *name);

#endif
