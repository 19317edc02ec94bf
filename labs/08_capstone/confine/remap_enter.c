/*
 * remap_enter.c - become root of a user namespace, and have one's files there.
 *
 * Idmapped mounts show files with other owners than they have on disk, so that
 * one image serves boxes with any range of ids.
 * Read: setns(2), mount_setattr(2), PR_SET_CHILD_SUBREAPER in prctl(2).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/mount.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "pid.h"
#include "remap.h"
#include "sync.h"

void
remap_enter(const struct remap *remap, const char *root)
{
	if (!remap->on)
		return;
	explain("remap_enter");
	if (setns(remap->userns, CLONE_NEWUSER) == -1)
		err(EXIT_OWN, "setns: user namespace");
	if (setgroups(0, NULL) == -1 || setresgid(0, 0, 0) == -1 ||
	    setresuid(0, 0, 0) == -1)
		err(EXIT_OWN, "root of the user namespace");
	if (access(root, X_OK) == -1)
		err(EXIT_OWN,
		    "--userns: id %u cannot reach %s (chmod o+x the "
		    "directories above, or set BOXLAB_HOME)",
		    remap->base, root);
}

void
remap_tree(const struct remap *remap, int tree, const char *name)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)remap->userns,
	};

	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr,
		sizeof(attr)) == 0)
		return;
	if (errno == EINVAL || errno == ENOSYS || errno == EPERM)
		errx(EXIT_OWN,
		    "--userns: the file system of %s cannot shift owners "
		    "(that needs Linux 5.19, and ext4, xfs, btrfs or the like)",
		    name);
	err(EXIT_OWN, "mount_setattr: %s", name);
}

void
remap_bind(const struct remap *remap, const char *from, const char *to)
{
	int tree = (int)syscall(
	    SYS_open_tree, AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (tree == -1)
		err(EXIT_OWN, "open_tree: %s", from);
	remap_tree(remap, tree, from);
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, to,
		MOVE_MOUNT_F_EMPTY_PATH) == -1)
		err(EXIT_OWN, "move_mount: %s on %s", from, to);
	close(tree);
}

/*
 * PID and user namespace have to be the box's both, or it could not mount its
 * own /proc, and there is no way back to the host's root.  So there is one
 * process in between, which dies as soon as process 1 is there; and we, who
 * asked to be given the orphans below us, have that as if it were our own.
 */
pid_t
remap_clone(const struct remap *remap, struct sync *adopted,
    const char *(*prepare)(void *arg), void *arg)
{
	int told[2];
	pid_t helper, pid = -1;

	sync_open(adopted);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1 ||
	    pipe2(told, O_CLOEXEC) == -1)
		err(EXIT_OWN, "subreaper");
	helper = fork();
	if (helper == 0) {
		remap_enter(remap, prepare(arg));
		pid = pid_clone_init(-1);
		if (pid == 0)
			return 0;
		if (write(told[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(EXIT_OWN);
		_exit(0);
	}
	close(told[1]);
	if (helper == -1 || read(told[0], &pid, sizeof(pid)) != sizeof(pid))
		pid = -1;
	close(told[0]);
	if (helper != -1)
		waitpid(helper, NULL, 0);
	sync_go(adopted);
	return pid;
}
