/*
 * knobs.c - a group's limits, v1 beside v2.
 *
 * A limit is a file in the group's directory.  The two versions mean the same
 * but name the files differently and write some values in another form.  The
 * word before the first dot is the controller, and says which hierarchy's
 * directory has the file.  knobs.h has the types.
 *
 * Read: cgroup-v2.rst and, in cgroup-v1/, memory.rst in the kernel's
 * documentation; sched-bwc.rst there for the CPU.
 */

#define _GNU_SOURCE
#include <errno.h>

#include "cgroup.h"
#include "knobs.h"

/*
 * A row for each enum cgroup_knob, this is the first.  Some controllers have
 * another name in v2, and the devices controller has no file there at all.
 */
static const struct knob knobs[] = {
	[CGROUP_MEMORY_SWAP] = { "memory.memsw.limit_in_bytes",
	    "memory.swap.max", KNOB_SWAP_ONLY },
};

int
knob_path(const char *name, const struct knob *knob, char *path, size_t size)
{
	/*
	 * It is the controller that decides between the two names: ask for
	 * its hierarchy, and see which version that is.
	 */
	(void)name;
	(void)knob;
	(void)path;
	(void)size;
	errno = ENOSYS;
	return -1;
}

int
cgroup_set_memory_max(const char *name, uint64_t bytes)
{
	/*
	 * What do the two versions call this file?  Write the number as it
	 * is.  If you read back another one afterwards, that is no failure:
	 * 4000000 bytes are how many pages?
	 */
	(void)name;
	(void)bytes;
	errno = ENOSYS;
	return -1;
}

int
cgroup_set(const char *name, enum cgroup_knob knob, const char *value)
{
	/*
	 * v1 takes the value as it is.  v2 differs in three ways, which enum
	 * knob_form names: it limits swap alone, where v1 limits the sum of
	 * memory and swap; it wants a quota together with its period; and it
	 * counts weights from 1 to 10000, where 100 is normal.
	 */
	(void)name;
	(void)knobs[knob];
	(void)value;
	errno = ENOSYS;
	return -1;
}
