/* nsid.c - namespace identifiers.  See namespaces(7) and stat(2). */

#include <sys/stat.h>

#include <stdio.h>

#include "file.h"
#include "nsid.h"

ino_t
ns_id(pid_t pid, const char *type)
{
	char path[64];
	struct stat st;

	if (pid == 0)
		file_path(path, sizeof(path), "/proc/self/ns/%s", type);
	else
		file_path(path, sizeof(path), "/proc/%d/ns/%s", pid, type);
	if (stat(path, &st) == -1)
		return 0;
	return st.st_ino;
}
