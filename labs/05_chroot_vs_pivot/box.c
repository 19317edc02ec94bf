/* box.c - a box of lab 05: the way in, and what is seen from there. */

#define _GNU_SOURCE
#include <sys/sysmacros.h>

#include <err.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "escape.h"
#include "exit.h"
#include "file.h"
#include "jail.h"
#include "nsid.h"
#include "say.h"
#include "userns.h"

void
become_able(void)
{
	if (!userns_needed())
		return;
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

static struct stat
directory(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		err(EXIT_OWN, "stat: %s", path);
	return st;
}

/* An inode number alone is not unique: each file system counts its own. */
static bool
same(struct stat a, struct stat b)
{
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static const char *
name_of(struct stat st, char name[64])
{
	snprintf(name, 64, "inode %ju of device %u:%u", (uintmax_t)st.st_ino,
	    major(st.st_dev), minor(st.st_dev));
	return name;
}

struct mounts
mounts_of(pid_t pid, const char *word)
{
	struct mounts mounts = { .top = "none" };
	char path[64], point[256], *line = NULL;
	size_t size = 0;
	FILE *f;

	file_path(path, sizeof(path), "/proc/%d/mountinfo", pid);
	f = fopen(path, "re");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	while (getline(&line, &size, f) != -1) {
		if (word != NULL && strstr(line, word) == NULL)
			continue;
		mounts.count++;
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%*s %*s %*s %*s %255s", point) == 1 &&
		    strcmp(point, "/") == 0)
			strlcpy(mounts.top, line, sizeof(mounts.top));
	}
	free(line);
	fclose(f);
	return mounts;
}

void
box_survey(struct box *box)
{
	struct mounts mounts;
	char name[64];

	box->host_root = directory("/");
	box->root = directory(box->dir);
	mounts = mounts_of(getpid(), NULL);
	box->host_mounts = mounts.count;
	say(SAY_HOST, "/ is %s, one of %d mounts in mnt:[%ju]:",
	    name_of(box->host_root, name), mounts.count,
	    (uintmax_t)ns_id(0, "mnt"));
	say(SAY_HOST, "    %s", mounts.top);
}

void
box_enter(const struct box *box)
{
	if (box->kind == JAIL_CHROOT) {
		say(SAY_BOX, "chroot to %s", box->dir);
		jail_chroot(box->dir);
		return;
	}
	say(SAY_BOX, "new namespace and pivot_root to %s", box->dir);
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	jail_pivot(box->dir);
}

static bool
reads_token(const struct box *box)
{
	char text[32];

	return file_read(TOKEN_FILE, text, sizeof(text)) != -1 &&
	    strcmp(text, box->token) == 0;
}

void
box_claim_inside(const struct box *box)
{
	struct stat root = directory("/");
	char name[64];

	say_claim(SAY_BOX, same(root, box->root), "/ is %s, that is %s",
	    name_of(root, name), box->dir);
	say_claim(SAY_BOX, same(directory("."), root),
	    "my working directory is inside");
	if (box->token != NULL)
		say_claim(
		    SAY_BOX, !reads_token(box), TOKEN_FILE " is out of sight");
}

void
box_claim_escape(const struct box *box)
{
	int mounts;

	if (jail_escape() == -1)
		err(EXIT_OWN, "escape from %s", box->dir);
	if (box->kind == JAIL_PIVOT) {
		say_claim(SAY_BOX, same(directory("/"), box->root),
		    "the attack succeeds and leads nowhere: / is the jail");
		if (box->token != NULL)
			say_claim(SAY_BOX, !reads_token(box),
			    TOKEN_FILE " is still out of reach");
		return;
	}
	say_claim(SAY_BOX, same(directory("/"), box->host_root),
	    "the attack succeeds: / is the host's");
	if (box->token != NULL)
		say_claim(SAY_BOX, reads_token(box),
		    "I read the token in " TOKEN_FILE ": %s", box->token);
	mounts = mounts_of(getpid(), NULL).count;
	say_claim(SAY_BOX, mounts == box->host_mounts,
	    "and all %d mounts are in sight again: none had gone", mounts);
}
