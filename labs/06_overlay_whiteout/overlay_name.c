/* overlay_name.c - any name will do.  See open(2) and proc(5). */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <string.h>

#include "exit.h"
#include "overlay_name.h"

int *
overlay_put_name(FILE *f, const char *key, const char *dir, int *fd)
{
	fputs(key, f);
	if (fd != NULL) {
		/* The link in /proc leads to the directory itself. */
		*fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (*fd == -1)
			err(EXIT_OWN, "%s", dir);
		fprintf(f, "/proc/self/fd/%d", *fd);
		return fd + 1;
	}
	for (; *dir != '\0'; dir++) {
		/* ',' ends an option and ':' a layer, unless escaped. */
		if (strchr(",:\\", *dir) != NULL)
			putc('\\', f);
		putc(*dir, f);
	}
	return NULL;
}
