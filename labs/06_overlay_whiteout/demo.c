/* demo.c - the demonstration of lab 06: three scenes on one stack of layers. */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/xattr.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "dir.h"
#include "exit.h"
#include "file.h"
#include "overlay.h"
#include "say.h"
#include "scenes.h"
#include "scratch.h"

/* Each scene plays in a mount namespace, which takes its mounts with it. */
static int
play(int (*scene)(void))
{
	sigset_t signals;
	pid_t pid = box_fork(&signals);

	if (pid == 0) {
		enter_mount_namespace();
		exit(scene());
	}
	return box_wait(pid, &signals);
}

static int
tell(void)
{
	struct stat here, merged;
	uint64_t before;
	int status;

	scratch_make_layers();
	before = scratch_hash_layers();
	status = play(scene_change);
	if (status != 0)
		return status;
	say_claim(SAY_HOST, before == scratch_hash_layers(),
	    "every byte of init, app and base is as it was");
	if (stat(".", &here) == -1 || stat("merged", &merged) == -1)
		err(EXIT_OWN, "stat: merged");
	say_claim(SAY_HOST,
	    here.st_dev == merged.st_dev && dir_count_names("merged") == 0,
	    "the mount is gone with the box's mount namespace");
	status = play(scene_list);
	if (status == 0)
		status = play(scene_commit);
	return status != 0 ? status : say_verdict();
}

/*
 * Where the kernel cannot mark a directory as opaque, one that is in a layer
 * cannot be removed: EIO, much later, and nobody would guess why.
 */
static void
need_attributes(const char *scratch)
{
	const char *kind = overlay_userxattr() ? "user" : "trusted";
	char name[32];

	snprintf(name, sizeof(name), "%s.06_overlay", kind);
	if (setxattr(scratch, name, "y", 1, 0) == 0 || errno != EOPNOTSUPP)
		return;
	rmdir(scratch);
	errx(EXIT_OWN,
	    "%s: this file system has no attributes %s.*, with which overlayfs "
	    "marks directories (a tmpfs has user.* since Linux 6.6): set "
	    "TMPDIR to a directory on a disk",
	    scratch, kind);
}

int
demonstrate(void)
{
	const char *tmp = getenv("TMPDIR");
	char scratch[PATH_MAX];
	sigset_t signals, before;
	int status;
	pid_t pid;

	say_to(stdout);
	become_able();
	file_path(scratch, sizeof(scratch), "%s/06_overlay.XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");

	/* No signal may end us once there is something to remove. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (mkdtemp(scratch) == NULL)
		err(EXIT_OWN, "mkdtemp: %s", scratch);
	need_attributes(scratch);

	/* A child tells it, so that we can clean up however the tale ends. */
	pid = box_fork(&signals);
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (chdir(scratch) == -1)
			err(EXIT_OWN, "chdir %s", scratch);
		exit(tell());
	}
	status = box_wait(pid, &signals);
	if (file_remove_tree(scratch) == -1)
		err(EXIT_OWN, "%s", scratch);
	return status;
}
