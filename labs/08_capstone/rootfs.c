/*
 * rootfs.c - the root file system of a box.
 *
 * From the top down: the writable layer, the init layer, the image's layers.
 * The init layer holds /etc/hosts and the like.  They belong to the container
 * and must not become part of an image, so they are not in the layer that a
 * commit would save.
 */

#define _GNU_SOURCE
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
make_directory(const struct state *state, const char *name)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", state->dir, name);
	if (mkdir(path, 0755) == -1)
		err(EXIT_OWN, "%s", path);
}

static void
make_file(const struct state *state, const char *name, const char *text)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/init/etc/%s", state->dir, name);
	if (file_create(path, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);
}

static void
make_init_layer(
    const struct state *state, const char *hostname, const char *address)
{
	static const char *const directories[] = { "init", "init/etc",
		"init/dev", "init/proc", "init/sys" };
	char text[4096], path[PATH_MAX];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
	     i++)
		make_directory(state, directories[i]);

	snprintf(text, sizeof(text), "%s\n", hostname);
	make_file(state, "hostname", text);
	snprintf(text, sizeof(text), "127.0.0.1\tlocalhost\n"
	    "::1\tlocalhost\n%s\t%s\n", address[0] != '\0' ? address :
	    "127.0.0.1", hostname);
	make_file(state, "hosts", text);

	/* Name servers are the host's; without any, there are none. */
	if (file_read("/etc/resolv.conf", text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	strlcat(text, "\n", sizeof(text));
	make_file(state, "resolv.conf", text);

	file_path(path, sizeof(path), "%s/init/etc/mtab", state->dir);
	if (symlink("/proc/mounts", path) == -1)
		err(EXIT_OWN, "%s", path);
}

void
rootfs_mount(const struct image *image, const struct state *state,
    const char *hostname, const char *address)
{
	char init[PATH_MAX], upper[PATH_MAX], work[PATH_MAX], root[PATH_MAX];
	const char **lowers;

	umask(022);
	make_directory(state, "upper");
	make_directory(state, "work");
	make_directory(state, "root");
	make_init_layer(state, hostname, address);
	file_path(init, sizeof(init), "%s/init", state->dir);
	file_path(upper, sizeof(upper), "%s/upper", state->dir);
	file_path(work, sizeof(work), "%s/work", state->dir);
	file_path(root, sizeof(root), "%s/root", state->dir);

	lowers = calloc(image->layer_count + 1, sizeof(*lowers));
	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	lowers[0] = init;
	for (size_t i = 0; i < image->layer_count; i++)
		lowers[i + 1] = image->layers[i];
	explain("overlay_mount");
	overlay_mount(root, lowers, image->layer_count + 1, upper, work);
	free(lowers);
}
