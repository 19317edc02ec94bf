/* beside.c - the programs that box is installed with. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "exit.h"
#include "file.h"

void
beside_find(char path[PATH_MAX], const char *name)
{
	char self[PATH_MAX / 2];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n == -1)
		err(EXIT_OWN, "/proc/self/exe");
	self[n] = '\0';
	for (int up = 0; up < 2 && strrchr(self, '/') != NULL; up++)
		*strrchr(self, '/') = '\0';
	file_path(path, PATH_MAX, "%s/libexec/boxlab/%s", self, name);
}

void
beside_become(const char *name, char *argv[])
{
	char path[PATH_MAX];

	beside_find(path, name);
	execv(path, argv);
	if (errno == ENOENT)
		errx(EXIT_OWN,
		    "%s: missing, since box was built without its libraries "
		    "(scripts/setup box)",
		    path);
	err(EXIT_OWN, "%s", path);
}
