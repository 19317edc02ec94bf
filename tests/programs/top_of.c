/*
 * top_of - what lies at the top of a process's mount namespace.
 *
 *	top_of PID
 *
 * Enters the user and the mount namespace of PID, which puts it at the top of
 * its mounts, and prints the names there, a line each.  It executes nothing: a
 * hostile box may have another "ls" in its tree.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>

static int
open_namespace(const char *pid, const char *type)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, type);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(125, "%s", path);
	return fd;
}

int
main(int argc, char *argv[])
{
	const struct dirent *entry;
	int user, mnt;
	DIR *top;

	if (argc != 2)
		errx(125, "usage: top_of pid");
	user = open_namespace(argv[1], "user");
	mnt = open_namespace(argv[1], "mnt");
	if (setns(user, CLONE_NEWUSER) == -1 || setns(mnt, CLONE_NEWNS) == -1)
		err(125, "setns: %s", argv[1]);
	top = opendir("/");
	if (top == NULL)
		err(125, "/");
	while ((entry = readdir(top)) != NULL)
		if (entry->d_name[0] != '.')
			puts(entry->d_name);
	closedir(top);
}
