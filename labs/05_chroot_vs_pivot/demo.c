/* demo.c - the demonstration of lab 05: one attack on two jails. */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <err.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "exit.h"
#include "file.h"
#include "find.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "sync.h"

/* The stage: a tmpfs that only the demonstration sees. */
#define STAGE "/tmp"
#define STAGE_JAIL STAGE "/jail"

/* What the lister tells about one process. */
struct sighting {
	pid_t pid; /* whom to look for */
	bool found;
	enum jail_kind kind;
	char root[PATH_MAX];
};

static void
remember(pid_t pid, enum jail_kind kind, const char *root, void *arg)
{
	struct sighting *s = arg;

	if (pid != s->pid)
		return;
	s->found = true;
	s->kind = kind;
	strlcpy(s->root, root, sizeof(s->root));
}

/* The box, seen by its parent, which is in no jail. */
static void
watch(const struct box *box, pid_t pid)
{
	struct sighting seen = { .pid = pid };
	struct mounts mounts = mounts_of(pid, NULL);
	bool shared = ns_id(pid, "mnt") == ns_id(0, "mnt");

	if (box->kind == JAIL_CHROOT) {
		say_claim(SAY_HOST, mounts.count == 0 && shared,
		    "the box sees 0 mounts, in my own namespace of %d",
		    box->host_mounts);
	} else {
		say_claim(SAY_HOST, mounts.count == 1 && !shared,
		    "the box sees 1 mount, "
		    "its namespace mnt:[%ju] has no more:",
		    (uintmax_t)ns_id(pid, "mnt"));
		say(SAY_HOST, "    %s", mounts.top);
	}
	if (jail_find(remember, &seen) == -1)
		err(EXIT_OWN, "/proc");
	say_claim(SAY_HOST, seen.found && seen.kind == box->kind,
	    "the lister finds it: pid %d, %s, root %s", pid,
	    seen.kind == JAIL_CHROOT ? "chroot" : "pivot", seen.root);
}

/* The box: go to jail, let the host look, then try to get out. */
static _Noreturn void
box_main(const struct box *box, struct sync *jailed, struct sync *looked)
{
	struct utsname before, after;

	if (uname(&before) == -1)
		err(EXIT_OWN, "uname");
	box_enter(box);
	box_claim_inside(box);
	sync_go(jailed);
	if (sync_wait(looked) == -1)
		errx(EXIT_OWN, "the host went away");
	box_claim_escape(box);
	if (uname(&after) == -1)
		err(EXIT_OWN, "uname");
	say_claim(SAY_BOX, strcmp(before.version, after.version) == 0,
	    "another root has no other kernel: %s %s", after.sysname,
	    after.release);
	exit(say_verdict());
}

static int
play(enum jail_kind kind, const char *token)
{
	struct box box = { .kind = kind, .dir = STAGE_JAIL, .token = token };
	struct sync jailed, looked;
	pid_t pid;

	box_survey(&box);
	sync_open(&jailed);
	sync_open(&looked);
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		box_main(&box, &jailed, &looked);

	if (sync_wait(&jailed) == -1)
		return run_wait(pid);
	watch(&box, pid);
	sync_go(&looked);
	return run_wait(pid);
}

/*
 * In a mount namespace of its own, so that the kernel takes the stage away
 * with the last process, whatever happens.  The token names the tmpfs as
 * well: the host can look for it among its mounts.
 */
static void
build_stage(const char *token)
{
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
	if (mount(token, STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m") == -1)
		err(EXIT_OWN, "mount: tmpfs on %s", STAGE);
	if (mkdir(STAGE_JAIL, 0755) == -1)
		err(EXIT_OWN, "mkdir: %s", STAGE_JAIL);
	if (file_create(TOKEN_FILE, token, 0644) == -1)
		err(EXIT_OWN, "%s", TOKEN_FILE);
}

static _Noreturn void
stage_main(const char *token)
{
	int chroot_status, pivot_status;

	become_able();
	build_stage(token);
	chroot_status = play(JAIL_CHROOT, token);
	pivot_status = play(JAIL_PIVOT, token);
	if (chroot_status != 0)
		exit(chroot_status);
	exit(pivot_status != 0 ? pivot_status : say_verdict());
}

static void
make_token(char token[17])
{
	unsigned char random[8];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		err(EXIT_OWN, "getrandom");
	for (i = 0; i < sizeof(random); i++)
		snprintf(token + 2 * i, 3, "%02x", random[i]);
}

int
demonstrate(void)
{
	char token[17];
	int status;
	pid_t child;

	make_token(token);
	say_to(stdout);
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child == 0)
		stage_main(token);
	status = run_wait(child);
	say_claim(SAY_HOST, mounts_of(getpid(), token).count == 0,
	    "none of this is among the %d mounts of the host",
	    mounts_of(getpid(), NULL).count);
	return status != 0 ? status : say_verdict();
}
