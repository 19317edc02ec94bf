/*
 * volumes.c - directories and files of the host, and tmpfs, for a box.
 *
 * The new mount API makes a mount in two steps: a detached copy first, which
 * nobody sees, and once its flags are right a place in the tree.  So a
 * read-only volume is never writable, not even for a moment.
 * Read: open_tree(2), mount_setattr(2), move_mount(2).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include <linux/magic.h>
#include <linux/mount.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "inside.h"
#include "size.h"
#include "volume_fill.h"
#include "volumes.h"

/* glibc has wrappers only since 2.36, whose header clashes with linux/. */
static int
open_tree(const char *path, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, path, flags);
}

static int
mount_setattr(int fd, struct mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, fd, "",
	    AT_EMPTY_PATH | AT_RECURSIVE, attr, sizeof(*attr));
}

static int
move_mount(int from, int to)
{
	return (int)syscall(SYS_move_mount, from, "", to, "",
	    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/*
 * The place for a mount.  Not in /proc: what the box learns there about
 * itself must come from the kernel.  And not "/", perhaps by a symbolic link
 * of the image: it would bury all that we have mounted and masked.
 */
static int
open_target(int root, const char *target, bool directory)
{
	struct stat slash, place;
	struct statfs fs;
	int fd = inside_reach(root, target, directory);

	if (fd == -1)
		err(EXIT_OWN, "mount point %s", target);
	if (fstat(root, &slash) == -1 || fstat(fd, &place) == -1 ||
	    fstatfs(fd, &fs) == -1)
		err(EXIT_OWN, "stat: %s", target);
	if (slash.st_dev == place.st_dev && slash.st_ino == place.st_ino)
		errx(EXIT_OWN, "mount point %s: is the root", target);
	if (fs.f_type == PROC_SUPER_MAGIC)
		errx(EXIT_OWN, "mount point %s: not in /proc", target);
	return fd;
}

static void
clone_volume(struct volume *volume, const struct remap *remap, bool devices)
{
	struct mount_attr attr = { .attr_set = devices ? 0 : MOUNT_ATTR_NODEV };

	volume->tree = open_tree(
	    volume->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (volume->tree == -1 && errno == ENOENT)
		errx(EXIT_OWN, "volume %s: not there (mkdir -p %s)",
		    volume->source, volume->source);
	if (volume->tree == -1)
		err(EXIT_OWN, "volume %s", volume->source);
	if (volume->name != NULL && remap->on)
		remap_tree(remap, volume->tree, volume->source);
	if (mount_setattr(volume->tree, &attr) == -1) {
		if (errno == ENOSYS)
			errx(EXIT_OWN, "volumes need Linux 5.12");
		err(EXIT_OWN, "mount_setattr: %s", volume->source);
	}
}

static void
show_volume(int root, const struct volume *volume)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	struct stat st, place;
	int to;

	if (volume->read_only && mount_setattr(volume->tree, &attr) == -1)
		err(EXIT_OWN, "mount_setattr: %s", volume->source);
	if (fstat(volume->tree, &st) == -1)
		err(EXIT_OWN, "volume %s", volume->source);
	to = open_target(root, volume->target, S_ISDIR(st.st_mode));
	if (fstat(to, &place) == -1 ||
	    S_ISDIR(st.st_mode) != S_ISDIR(place.st_mode))
		errx(EXIT_OWN, "volume %s on %s: a directory and a file",
		    volume->source, volume->target);
	if (move_mount(volume->tree, to) == -1)
		err(EXIT_OWN, "volume %s on %s", volume->source,
		    volume->target);
	close(volume->tree);
	close(to);
}

/* Pass one option of --tmpfs on to the file system being configured. */
static void
set_option(int fs, const struct tmpfs *tmpfs, char *option)
{
	char *value = strchr(option, '=');
	uint64_t bytes;

	/* That it is in any case, and docker's users like to say it. */
	if (strcmp(option, "rw") == 0 || strcmp(option, "nosuid") == 0 ||
	    strcmp(option, "nodev") == 0 || strcmp(option, "noexec") == 0)
		return;
	if (value == NULL)
		errx(EXIT_OWN, "--tmpfs %s: %s is not NAME=VALUE",
		    tmpfs->target, option);
	*value++ = '\0';
	if ((strcmp(option, "size") == 0 && size_parse(value, &bytes) == 0) ||
	    strcmp(option, "mode") == 0 || strcmp(option, "nr_inodes") == 0) {
		if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, option,
			value, 0) == 0)
			return;
	}
	errx(EXIT_OWN,
	    "--tmpfs %s: bad option %s=%s (size, mode and "
	    "nr_inodes are known)",
	    tmpfs->target, option, value);
}

static void
mount_tmpfs(int root, const struct tmpfs *tmpfs)
{
	char *option, *rest = tmpfs->options;
	int fs, from, to;

	fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
	if (fs == -1)
		err(EXIT_OWN, "fsopen: tmpfs");
	syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "source", "tmpfs", 0);
	while ((option = strsep(&rest, ",")) != NULL)
		if (option[0] != '\0')
			set_option(fs, tmpfs, option);
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1)
		err(EXIT_OWN, "tmpfs %s", tmpfs->target);
	from = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
	    MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (from == -1)
		err(EXIT_OWN, "fsmount: tmpfs %s", tmpfs->target);
	to = open_target(root, tmpfs->target, true);
	if (move_mount(from, to) == -1)
		err(EXIT_OWN, "tmpfs on %s", tmpfs->target);
	close(fs);
	close(from);
	close(to);
}

void
volumes_clone(const struct config *config, const struct remap *remap)
{
	for (size_t i = 0; i < config->volume_count; i++)
		clone_volume(&config->volumes[i], remap, config->privileged);
}

void
volumes_fill(int root, const char *path, const struct config *config,
    const struct remap *remap)
{
	for (size_t i = 0; i < config->volume_count; i++)
		volume_fill(root, path, &config->volumes[i], remap);
}

static size_t
depth_of(const char *target)
{
	size_t depth = 0;

	for (; *target != '\0'; target++)
		depth += *target == '/';
	return depth;
}

/* The shallowest first: what comes later must not bury what is there. */
void
volumes_mount(int root, const struct config *config)
{
	size_t left = config->tmpfs_count + config->volume_count;

	for (size_t depth = 0; left > 0; depth++) {
		for (size_t i = 0; i < config->tmpfs_count; i++) {
			if (depth_of(config->tmpfs[i].target) != depth)
				continue;
			mount_tmpfs(root, &config->tmpfs[i]);
			left--;
		}
		for (size_t i = 0; i < config->volume_count; i++) {
			if (depth_of(config->volumes[i].target) != depth)
				continue;
			explain("volumes_mount");
			show_volume(root, &config->volumes[i]);
			left--;
		}
	}
}
