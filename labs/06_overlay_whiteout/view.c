/* view.c - looking at layers: mounted for reading, and what changed in one. */

#define _GNU_SOURCE
#include <sys/mount.h>

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "exit.h"
#include "overlay.h"
#include "view.h"

void
view_mount(const char *target, const char *const lowers[], size_t n)
{
	char only[64];
	const char *const two[] = { only, target };
	int fd;

	if (n > 1) {
		overlay_mount(target, lowers, n, NULL, NULL, false);
		return;
	}

	/*
	 * The kernel wants two layers, so mount an empty one to put below.  It
	 * may cover the other, but not the descriptor of that.
	 */
	fd = open(lowers[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "%s", lowers[0]);
	snprintf(only, sizeof(only), "/proc/self/fd/%d", fd);
	if (mount("tmpfs", target, "tmpfs", MS_RDONLY, NULL) == -1)
		err(EXIT_OWN, "mount: tmpfs on %s", target);
	overlay_mount(target, two, 2, NULL, NULL, false);
	close(fd);
}

void
view_print_change(char kind, const char *path, void *out)
{
	FILE *f = out;

	fprintf(f, "%c ", kind);
	for (; *path != '\0'; path++)
		if (*path == '\n')
			fputs("\\n", f);
		else if (*path == '\\')
			fputs("\\\\", f);
		else
			putc(*path, f);
	putc('\n', f);
}
