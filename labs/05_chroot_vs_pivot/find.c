/*
 * find.c - the kernel keeps no list of jails.
 *
 * To it there are only processes, each with a root directory.  /proc/PID/root
 * is a link that leads there, also across mount namespaces: following it gives
 * the directory itself, and reading it gives a name to print.
 *
 * Read: proc(5) on /proc/PID/root, stat(2), mount_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "find.h"

/*
 * The root of one process, as a directory and as a name; proc is /proc.
 * 0, or -1 with errno.
 */
static int
root_of(int proc, const char *pid, struct stat *st, char name[PATH_MAX])
{
	char link[NAME_MAX + sizeof("/root")];
	ssize_t n;

	snprintf(link, sizeof(link), "%s/root", pid);
	if (fstatat(proc, link, st, 0) == -1)
		return -1;
	n = readlinkat(proc, link, name, PATH_MAX - 1);
	if (n == -1)
		return -1;
	name[n] = '\0';
	return 0;
}

/* DOC: jail_find */
int
jail_find(jail_found *found, void *arg)
{
	struct stat ours, theirs;
	const struct dirent *entry;
	char name[PATH_MAX];
	int hidden = 0;
	DIR *proc;

	proc = opendir("/proc");
	if (proc == NULL)
		return -1;
	if (root_of(dirfd(proc), "self", &ours, name) == -1) {
		closedir(proc);
		return -1;
	}
	while ((entry = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (root_of(dirfd(proc), entry->d_name, &theirs, name) == -1) {
			/* EACCES: not ours to see.  Else it has just ended. */
			hidden += errno == EACCES;
			continue;
		}

		/*
		 * Names do not tell: a pivoted process calls its root "/" as
		 * we do ours.  Device and inode number do.  A mere copy of
		 * our mounts (unshare -m) has our root, and is no jail.
		 */
		if (theirs.st_dev == ours.st_dev &&
		    theirs.st_ino == ours.st_ino)
			continue;
		found((pid_t)strtol(entry->d_name, NULL, 10),
		    strcmp(name, "/") == 0 ? JAIL_PIVOT : JAIL_CHROOT, name,
		    arg);
	}
	closedir(proc);
	return hidden;
}
