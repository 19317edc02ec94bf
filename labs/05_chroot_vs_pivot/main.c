/*
 * 05_chroot_vs_pivot - the jail and the move.
 *
 * Without a command: show, and check, that chroot hides the old tree and
 * pivot_root removes it, by one attack on both.  With one: run it under a root
 * directory of its own.  With -l: list who lives under such a root.
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "exit.h"
#include "file.h"
#include "find.h"
#include "jail.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "sync.h"
#include "userns.h"

/* The stage of the demonstration: a tmpfs on /tmp that only it can see. */
#define STAGE "/tmp"
#define STAGE_JAIL STAGE "/jail"
#define STAGE_TOKEN STAGE "/outside"

static const char *chroot_dir; /* -c */
static const char *pivot_dir; /* -p */
static bool escaping; /* -e */
static bool listing; /* -l */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hv] [-c dir | -p dir] [-e] [command [arg ...]]\n"
	    "       %s -l\n",
	    getprogname(), getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+hvc:p:el")) != -1)
		switch (c) {
		case 'c':
			chroot_dir = optarg;
			break;
		case 'p':
			pivot_dir = optarg;
			break;
		case 'e':
			escaping = true;
			break;
		case 'l':
			listing = true;
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (chroot_dir != NULL && pivot_dir != NULL)
		errx(EXIT_OWN, "-c and -p are two ways: choose one");
	if (listing && (optind < argc || escaping || chroot_dir || pivot_dir))
		errx(EXIT_OWN, "-l goes alone");
}

/* Get privilege: a plain user needs a user namespace to hold it in. */
static void
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

/* A directory as the kernel knows it: an inode number alone is not unique. */
static const char *
name_of(struct stat st, char name[64])
{
	snprintf(name, 64, "inode %ju of device %u:%u", (uintmax_t)st.st_ino,
	    major(st.st_dev), minor(st.st_dev));
	return name;
}

static bool
same(struct stat a, struct stat b)
{
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/*
 * How many mounts a process sees from its root, and the line of the one that
 * is its "/", if any.  With word, only those that have it in their line.
 */
static int
count_mounts(pid_t pid, const char *word, char top[256])
{
	char path[64], point[256], *line = NULL;
	size_t size = 0;
	int n = 0;
	FILE *f;

	file_path(path, sizeof(path), "/proc/%d/mountinfo", pid);
	f = fopen(path, "re");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	strlcpy(top, "none", 256);
	while (getline(&line, &size, f) != -1) {
		if (word != NULL && strstr(line, word) == NULL)
			continue;
		n++;
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%*s %*s %*s %*s %255s", point) == 1 &&
		    strcmp(point, "/") == 0)
			strlcpy(top, line, 256);
	}
	free(line);
	fclose(f);
	return n;
}

/* A place to look at jails from, and what shall stay out of their reach. */
struct stage {
	enum jail_kind kind;
	const char *dir; /* what the box gets for its root */
	struct stat top; /* the root of the host */
	struct stat jail; /* the root of the box */
	int mounts; /* how many the host sees */
	char token[17]; /* the text of STAGE_TOKEN, if not empty */
};

static void
set_stage(struct stage *stage, enum jail_kind kind, const char *dir)
{
	char top[256], name[64];

	stage->kind = kind;
	stage->dir = dir;
	stage->top = directory("/");
	stage->jail = directory(dir);
	stage->mounts = count_mounts(getpid(), NULL, top);
	say(SAY_HOST, "/ is %s, one of %d mounts in mnt:[%ju]:",
	    name_of(stage->top, name), stage->mounts,
	    (uintmax_t)ns_id(0, "mnt"));
	say(SAY_HOST, "    %s", top);
}

static void
enter_jail(enum jail_kind kind, const char *dir)
{
	say(SAY_BOX, "%s to %s",
	    kind == JAIL_CHROOT ? "chroot" : "new namespace and pivot_root",
	    dir);
	if (kind == JAIL_CHROOT) {
		jail_chroot(dir);
	} else {
		if (unshare(CLONE_NEWNS) == -1)
			err(EXIT_OWN, "unshare: mount namespace");
		jail_pivot(dir);
	}
}

static bool
reads_token(const struct stage *stage)
{
	char text[sizeof(stage->token)];

	return file_read(STAGE_TOKEN, text, sizeof(text)) > 0 &&
	    strcmp(text, stage->token) == 0;
}

static void
claim_inside(const struct stage *stage)
{
	struct stat root = directory("/");
	char name[64];

	say_claim(SAY_BOX, same(root, stage->jail), "/ is %s, that is %s",
	    name_of(root, name), stage->dir);
	say_claim(SAY_BOX, same(directory("."), root),
	    "my working directory is inside");
	if (stage->token[0] != '\0')
		say_claim(SAY_BOX, !reads_token(stage),
		    STAGE_TOKEN " is out of sight");
}

static void
claim_escape(const struct stage *stage)
{
	char top[256];
	int mounts;

	if (jail_escape() == -1)
		err(EXIT_OWN, "escape from %s", stage->dir);
	if (stage->kind == JAIL_PIVOT) {
		say_claim(SAY_BOX, same(directory("/"), stage->jail),
		    "the attack succeeds and leads nowhere: / is the jail");
		if (stage->token[0] != '\0')
			say_claim(SAY_BOX, !reads_token(stage),
			    STAGE_TOKEN " is still out of reach");
		return;
	}
	say_claim(SAY_BOX, same(directory("/"), stage->top),
	    "the attack succeeds: / is the host's");
	if (stage->token[0] != '\0')
		say_claim(SAY_BOX, reads_token(stage),
		    "I read the token in " STAGE_TOKEN ": %s", stage->token);
	mounts = count_mounts(getpid(), NULL, top);
	say_claim(SAY_BOX, mounts == stage->mounts,
	    "and all %d mounts are in sight again: none had gone", mounts);
}

/* Enter a directory that the user chose, with no program in it to run. */
static int
visit(enum jail_kind kind, const char *dir)
{
	struct stage stage = { .token = "" };

	say_to(stdout);
	become_able();
	set_stage(&stage, kind, dir);
	enter_jail(kind, dir);
	claim_inside(&stage);
	if (escaping)
		claim_escape(&stage);
	return say_verdict();
}

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
watch(const struct stage *stage, pid_t box)
{
	struct sighting seen = { .pid = box };
	char top[256];
	int mounts = count_mounts(box, NULL, top);
	bool shared = ns_id(box, "mnt") == ns_id(0, "mnt");

	if (stage->kind == JAIL_CHROOT) {
		say_claim(SAY_HOST, mounts == 0 && shared,
		    "the box sees 0 mounts, in my own namespace of %d",
		    stage->mounts);
	} else {
		say_claim(SAY_HOST, mounts == 1 && !shared,
		    "the box sees 1 mount, its namespace mnt:[%ju] has no more:",
		    (uintmax_t)ns_id(box, "mnt"));
		say(SAY_HOST, "    %s", top);
	}
	if (jail_find(remember, &seen) == -1)
		err(EXIT_OWN, "/proc");
	say_claim(SAY_HOST, seen.found && seen.kind == stage->kind,
	    "the lister finds it: pid %d, %s, root %s", box,
	    seen.kind == JAIL_CHROOT ? "chroot" : "pivot", seen.root);
}

/* The box: go to jail, let the host look, then try to get out. */
static _Noreturn void
box_main(const struct stage *stage, struct sync *jailed, struct sync *looked)
{
	struct utsname host, box;

	if (uname(&host) == -1)
		err(EXIT_OWN, "uname");
	enter_jail(stage->kind, stage->dir);
	claim_inside(stage);
	sync_go(jailed);
	if (sync_wait(looked) == -1)
		errx(EXIT_OWN, "the host went away");
	claim_escape(stage);
	if (uname(&box) == -1)
		err(EXIT_OWN, "uname");
	say_claim(SAY_BOX, strcmp(host.version, box.version) == 0,
	    "another root has no other kernel: %s %s", box.sysname,
	    box.release);
	exit(say_verdict());
}

static int
play(struct stage *stage, enum jail_kind kind)
{
	struct sync jailed, looked;
	pid_t box;

	set_stage(stage, kind, STAGE_JAIL);
	sync_open(&jailed);
	sync_open(&looked);
	fflush(NULL);
	box = fork();
	if (box == -1)
		err(EXIT_OWN, "fork");
	if (box == 0)
		box_main(stage, &jailed, &looked);

	if (sync_wait(&jailed) == -1)
		return run_wait(box);
	watch(stage, box);
	sync_go(&looked);
	return run_wait(box);
}

/*
 * A tmpfs over /tmp in a mount namespace of its own: the kernel takes it away
 * with the last process, whatever happens.  The token is its name as well, so
 * that the host can look for it among its mounts.
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
	if (file_create(STAGE_TOKEN, token, 0644) == -1)
		err(EXIT_OWN, "%s", STAGE_TOKEN);
}

static _Noreturn void
stage_main(const char *token)
{
	struct stage stage = { .token = "" };
	int chroot_status, pivot_status;

	strlcpy(stage.token, token, sizeof(stage.token));
	become_able();
	build_stage(token);
	chroot_status = play(&stage, JAIL_CHROOT);
	pivot_status = play(&stage, JAIL_PIVOT);
	if (chroot_status != 0)
		exit(chroot_status);
	exit(pivot_status != 0 ? pivot_status : say_verdict());
}

static int
demonstrate(void)
{
	unsigned char random[8];
	char token[17], top[256];
	int status;
	size_t i;
	pid_t child;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		err(EXIT_OWN, "getrandom");
	for (i = 0; i < sizeof(random); i++)
		snprintf(token + 2 * i, 3, "%02x", random[i]);
	say_to(stdout);
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child == 0)
		stage_main(token);
	status = run_wait(child);
	say_claim(SAY_HOST, count_mounts(getpid(), token, top) == 0,
	    "none of this is among the %d mounts of the host",
	    count_mounts(getpid(), NULL, top));
	return status != 0 ? status : say_verdict();
}

/* The jails seen so far: a root in a namespace.  Many may live in one. */
struct tally {
	struct jail {
		dev_t dev;
		ino_t ino, mnt;
	} * jails;
	size_t njails, nprocesses;
};

static void
count_jail(struct tally *t, pid_t pid)
{
	const struct jail *j;
	ino_t mnt = ns_id(pid, "mnt");
	char path[64];
	struct stat st;

	t->nprocesses++;
	file_path(path, sizeof(path), "/proc/%d/root", pid);
	if (stat(path, &st) == -1)
		return; /* it has ended since */
	for (j = t->jails; j < t->jails + t->njails; j++)
		if (j->dev == st.st_dev && j->ino == st.st_ino && j->mnt == mnt)
			return;
	t->jails = reallocarray(t->jails, t->njails + 1, sizeof(*t->jails));
	if (t->jails == NULL)
		err(EXIT_OWN, "reallocarray");
	t->jails[t->njails++] =
	    (struct jail){ .dev = st.st_dev, .ino = st.st_ino, .mnt = mnt };
}

static void
print_jail(pid_t pid, enum jail_kind kind, const char *root, void *arg)
{
	struct tally *tally = arg;
	char path[64], name[64];

	file_path(path, sizeof(path), "/proc/%d/comm", pid);
	if (file_read(path, name, sizeof(name)) == -1)
		return; /* it has just ended */
	if (tally->nprocesses == 0)
		printf(
		    "%7s  %-6s  %-15s  %s\n", "PID", "KIND", "COMMAND", "ROOT");
	printf("%7d  %-6s  %-15s  %s\n", pid,
	    kind == JAIL_CHROOT ? "chroot" : "pivot", name, root);
	count_jail(tally, pid);
}

static int
list_jails(void)
{
	struct tally tally = { .jails = NULL };
	int hidden;

	hidden = jail_find(print_jail, &tally);
	if (hidden == -1)
		err(EXIT_OWN, "/proc");
	printf("jails: %zu, processes: %zu, not mine to look at: %d\n",
	    tally.njails, tally.nprocesses, hidden);
	free(tally.jails);
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *dir;
	enum jail_kind kind;

	parse_options(argc, argv);
	kind = chroot_dir != NULL ? JAIL_CHROOT : JAIL_PIVOT;
	dir = chroot_dir != NULL ? chroot_dir : pivot_dir;
	if (listing)
		return list_jails();
	if (dir == NULL && argc == optind && !escaping)
		return demonstrate();
	if (dir == NULL)
		errx(EXIT_OWN, "no jail: -c or -p says which");

	/* A directory that our caller left open would be a way out. */
	closefrom(3);
	if (argc == optind)
		return visit(kind, dir);

	/* A root and a mount namespace end with their processes: just exec. */
	become_able();
	enter_jail(kind, dir);
	if (escaping && jail_escape() == -1)
		err(EXIT_OWN, "escape from %s", dir);
	run_exec(argv + optind);
}
