/* dir.c - see dir.h, flock(2), realpath(3) and scandir(3). */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dir.h"
#include "exit.h"
#include "file.h"

void
dir_make(const char *path)
{
	if (mkdir(path, 0755) == -1)
		err(EXIT_OWN, "mkdir: %s", path);
}

int
dir_count_names(const char *path)
{
	struct dirent **entry;
	int n = scandir(path, &entry, NULL, NULL);

	if (n == -1)
		err(EXIT_OWN, "%s", path);
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	return n - 2; /* without "." and ".." */
}

/* A work directory that a box left behind: empty, or as the kernel makes it. */
static bool
is_leftover(const char *work)
{
	char inner[PATH_MAX];
	struct stat st;
	int n = dir_count_names(work);

	file_path(inner, sizeof(inner), "%s/work", work);
	return n == 0 ||
	    (n == 1 && lstat(inner, &st) == 0 && st.st_mode == S_IFDIR);
}

void
dir_claim_upper(const char *upper, char *work, size_t size)
{
	char path[PATH_MAX];
	int fd;

	if (realpath(upper, path) == NULL)
		err(EXIT_OWN, "%s", upper);

	/* Two overlays that write to one directory would corrupt it. */
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "%s", upper);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		err(EXIT_OWN, "%s: in use by another box", upper);

	file_path(work, size, "%s.work", path);
	if (mkdir(work, 0700) == 0)
		return;
	if (errno != EEXIST)
		err(EXIT_OWN, "mkdir: %s", work);
	if (!is_leftover(work))
		errx(EXIT_OWN, "%s: not empty, and needed as work directory",
		    work);
}
