/*
 * rootfs.c - the root file system of a box.
 *
 * From the top down: the writable layer, the init layer, the image's layers.
 * The init layer holds /etc/hosts and the like.  They belong to the container
 * and must not become part of an image, so they are not in the layer that a
 * commit saves.
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
#include "hosts.h"
#include "overlay.h"
#include "resolver.h"
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
make_link(const char *stage, const char *name, const char *target)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/init/etc/%s", stage, name);
	if (symlink(target, path) == -1)
		err(EXIT_OWN, "%s", path);
}

static void
make_init_layer(
    const char *stage, const struct config *config, const char *address)
{
	static const char *const directories[] = { "init", "init/etc",
		"init/dev", "init/proc", "init/sys" };
	char text[4096], *servers;

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
	     i++)
		make_directory(stage, directories[i], false);

	snprintf(text, sizeof(text), "%s\n", config->hostname);
	make_file(stage, "hostname", text);
	if (address[0] == '\0') {
		snprintf(text, sizeof(text),
		    "127.0.0.1\tlocalhost\n"
		    "::1\tlocalhost\n"
		    "127.0.0.1\t%s\n",
		    config->hostname);
		make_file(stage, "hosts", text);
	} else {
		make_directory(stage, "init" HOSTS_SEEN, false);
		make_link(stage, "hosts", HOSTS_LINK);
	}

	servers = resolver_text(config);
	make_file(stage, "resolv.conf", servers);
	free(servers);

	make_link(stage, "mtab", "/proc/mounts");
}

/* What is on a tmpfs has its owner changed, not shown shifted. */
static void
give_init_layer(const char *stage, unsigned int owner)
{
	static const char *const names[] = { "", "/etc", "/dev", "/proc",
		"/sys", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
		"/etc/mtab" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		file_path(path, sizeof(path), "%s/init%s", stage, names[i]);
		if (lchown(path, owner, owner) == -1)
			err(EXIT_OWN, "chown: %s", path);
	}
}

/*
 * The writable layer has the ids of outside on disk.  Which these are is noted
 * beside it, for remap_recall().
 */
static void
give_upper(
    const struct state *state, const char *upper, const struct remap *remap)
{
	char path[PATH_MAX], text[64];

	if (chown(upper, remap->base, remap->base) == -1)
		err(EXIT_OWN, "chown: %s", upper);
	file_path(path, sizeof(path), "%s/ids", state->dir);
	snprintf(text, sizeof(text), "%u %u\n", remap->base, remap->size);
	if (file_create(path, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);
}

/* The name of a layer: another one if it is shown with other owners. */
static const char *
layer(const struct remap *remap, const char *path, const char *stage, size_t i)
{
	char *to;
	char name[24];

	if (!remap->on)
		return path;
	snprintf(name, sizeof(name), "%zu", i);
	make_directory(stage, name, false);
	if (asprintf(&to, "%s/%s", stage, name) == -1)
		err(EXIT_OWN, "asprintf");
	remap_bind(remap, path, to);
	return to;
}

/*
 * The rest dies with the box, so it is built where nobody but the box sees it:
 * on a tmpfs, over a directory that all boxes use for that.
 */
static void
make_stage(char stage[PATH_MAX / 2], const struct state *state)
{
	file_path(stage, PATH_MAX / 2, "%s/stage", state->home);
	if (mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV,
		"size=256k,mode=755") == -1)
		err(EXIT_OWN, "mount: tmpfs on %s", stage);
	make_directory(stage, "root", false);
}

const char *
rootfs_mount(const struct image *image, const struct state *state,
    const struct remap *remap, const struct config *config, const char *address)
{
	static char root[PATH_MAX];
	char stage[PATH_MAX / 2], init[PATH_MAX], upper[PATH_MAX],
	    work[PATH_MAX];
	const char **lowers;

	/* A container that starts again has these two already. */
	umask(022);
	make_directory(state->dir, "upper", true);
	make_directory(state->dir, "work", true);

	make_stage(stage, state);
	make_init_layer(stage, config, address);
	if (remap->on)
		give_init_layer(stage, remap->base);

	file_path(root, sizeof(root), "%s/root", stage);
	file_path(init, sizeof(init), "%s/init", stage);
	file_path(upper, sizeof(upper), "%s/upper", state->dir);
	file_path(work, sizeof(work), "%s/work", state->dir);
	if (remap->on)
		give_upper(state, upper, remap);
	lowers = calloc(image->layer_count + 1, sizeof(*lowers));
	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	lowers[0] = init;
	for (size_t i = 0; i < image->layer_count; i++)
		lowers[i + 1] = layer(remap, image->layers[i], stage, i);
	explain("overlay_mount");
	overlay_mount(
	    root, lowers, image->layer_count + 1, upper, work, config->rm);
	free(lowers);
	if (address[0] != '\0')
		hosts_mount(root, state->home);
	return root;
}

const char *
rootfs_view(char *const layers[], size_t count, const struct state *state,
    const struct remap *remap)
{
	static char root[PATH_MAX];
	char stage[PATH_MAX / 2], upper[PATH_MAX], work[PATH_MAX];
	const char **lowers = calloc(count + 1, sizeof(*lowers));

	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	make_stage(stage, state);
	file_path(root, sizeof(root), "%s/root", stage);
	file_path(upper, sizeof(upper), "%s/upper", state->dir);
	file_path(work, sizeof(work), "%s/work", state->dir);
	for (size_t i = 0; i < count; i++)
		lowers[i] = layer(remap, layers[i], stage, i);
	overlay_mount(root, lowers, count, upper, work, false);
	free(lowers);
	return root;
}
