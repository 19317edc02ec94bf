/*
 * syscalls.c - names and numbers of system calls.
 *
 * The kernel knows numbers only, other ones for each processor.  The table is
 * made from this machine's <sys/syscall.h> by scripts/syscall-names.
 */

#define _GNU_SOURCE
#include <sys/syscall.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "syscalls.h"

struct entry {
	const char *name;
	int nr;
};

/* Sorted by name, bytes not letters: '_' is neither first nor last. */
static const struct entry entries[] = {
#include "syscall_names.inc"
};
#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

static int
compare(const void *name, const void *entry)
{
	return strcmp(name, ((const struct entry *)entry)->name);
}

/* DOC: syscall_number */
int
syscall_number(const char *name)
{
	const struct entry *found =
	    bsearch(name, entries, ENTRIES, sizeof(entries[0]), compare);

	return found != NULL ? found->nr : -1;
}

/* DOC: syscall_name */
const char *
syscall_name(int nr)
{
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		if (entries[i].nr == nr)
			return entries[i].name;
	return NULL;
}
