/*
 * rootfs.c - the root file system of a box.
 *
 * From the top down: the writable layer, the init layer, the image's layers.
 * The init layer holds /etc/hosts and the like.  They belong to the container
 * and must not become part of an image, so they are not in the layer that a
 * commit would save.
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "overlay.h"
#include "rootfs.h"

static void
make_directory(const char *parent, const char *name, bool again)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", parent, name);
	if (mkdir(path, 0755) == -1 && !(again && errno == EEXIST))
		err(EXIT_OWN, "%s", path);
}

static void
make_file(const char *stage, const char *name, const char *text)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/init/etc/%s", stage, name);
	if (file_create(path, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);
}

static void
make_init_layer(const char *stage, const char *hostname, const char *address)
{
	static const char *const directories[] = { "init", "init/etc",
		"init/dev", "init/proc", "init/sys" };
	char text[4096], path[PATH_MAX];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
	     i++)
		make_directory(stage, directories[i], false);

	snprintf(text, sizeof(text), "%s\n", hostname);
	make_file(stage, "hostname", text);
	snprintf(text, sizeof(text),
	    "127.0.0.1\tlocalhost\n"
	    "::1\tlocalhost\n"
	    "%s\t%s\n",
	    address[0] != '\0' ? address : "127.0.0.1", hostname);
	make_file(stage, "hosts", text);

	/* Name servers are the host's; without any, there are none. */
	if (file_read("/etc/resolv.conf", text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	strlcat(text, "\n", sizeof(text));
	make_file(stage, "resolv.conf", text);

	file_path(path, sizeof(path), "%s/init/etc/mtab", stage);
	if (symlink("/proc/mounts", path) == -1)
		err(EXIT_OWN, "%s", path);
}

const char *
rootfs_mount(const struct image *image, const struct state *state,
    const char *hostname, const char *address, bool scratch)
{
	static char root[PATH_MAX];
	char stage[PATH_MAX / 2], init[PATH_MAX], upper[PATH_MAX],
	    work[PATH_MAX];
	const char **lowers;

	/* A container that starts again has these two already. */
	umask(022);
	make_directory(state->dir, "upper", true);
	make_directory(state->dir, "work", true);

	/*
	 * The rest dies with the box, so it is built where nobody but the box
	 * sees it: on a tmpfs, over a directory that all boxes use for that.
	 */
	file_path(stage, sizeof(stage), "%s/stage", state->home);
	if (mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV,
		"size=256k,mode=755") == -1)
		err(EXIT_OWN, "mount: tmpfs on %s", stage);
	make_directory(stage, "root", false);
	make_init_layer(stage, hostname, address);

	file_path(root, sizeof(root), "%s/root", stage);
	file_path(init, sizeof(init), "%s/init", stage);
	file_path(upper, sizeof(upper), "%s/upper", state->dir);
	file_path(work, sizeof(work), "%s/work", state->dir);
	lowers = calloc(image->layer_count + 1, sizeof(*lowers));
	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	lowers[0] = init;
	for (size_t i = 0; i < image->layer_count; i++)
		lowers[i + 1] = image->layers[i];
	explain("overlay_mount");
	overlay_mount(
	    root, lowers, image->layer_count + 1, upper, work, scratch);
	free(lowers);
	return root;
}
