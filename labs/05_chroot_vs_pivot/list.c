/* list.c - the list of -l: who lives in a jail, and how many jails? */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "exit.h"
#include "file.h"
#include "find.h"
#include "list.h"
#include "nsid.h"

/* A root in a mount namespace.  Many processes may live in one. */
struct jail {
	dev_t dev;
	ino_t ino, mnt;
};

struct tally {
	struct jail *jails;
	size_t njails, nprocesses;
};

static void
count_jail(struct tally *t, pid_t pid)
{
	const struct jail *j;
	ino_t mnt = ns_id(pid, "mnt");
	char path[64];
	struct stat st;

	t->nprocesses++;
	file_path(path, sizeof(path), "/proc/%d/root", pid);
	if (stat(path, &st) == -1)
		return; /* it has ended since */
	for (j = t->jails; j < t->jails + t->njails; j++)
		if (j->dev == st.st_dev && j->ino == st.st_ino && j->mnt == mnt)
			return;
	t->jails = reallocarray(t->jails, t->njails + 1, sizeof(*t->jails));
	if (t->jails == NULL)
		err(EXIT_OWN, "reallocarray");
	t->jails[t->njails++] =
	    (struct jail){ .dev = st.st_dev, .ino = st.st_ino, .mnt = mnt };
}

static void
print_process(pid_t pid, enum jail_kind kind, const char *root, void *arg)
{
	struct tally *tally = arg;
	char path[64], name[64];

	file_path(path, sizeof(path), "/proc/%d/comm", pid);
	if (file_read(path, name, sizeof(name)) == -1)
		return; /* it has just ended */
	if (tally->nprocesses == 0)
		printf(
		    "%7s  %-6s  %-15s  %s\n", "PID", "KIND", "COMMAND", "ROOT");
	printf("%7d  %-6s  %-15s  %s\n", pid,
	    kind == JAIL_CHROOT ? "chroot" : "pivot", name, root);
	count_jail(tally, pid);
}

int
list_jails(void)
{
	struct tally tally = { .jails = NULL };
	int hidden;

	hidden = jail_find(print_process, &tally);
	if (hidden == -1)
		err(EXIT_OWN, "/proc");
	printf("jails: %zu, processes: %zu, not mine to look at: %d\n",
	    tally.njails, tally.nprocesses, hidden);
	free(tally.jails);
	return 0;
}
