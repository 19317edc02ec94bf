/*
 * 06_overlay_whiteout - layers, copy-up, and deleting what you cannot write.
 *
 * Without a command: show, and check, how an image is stacked from layers and
 * what a box that writes, deletes and renews does to its own layer alone.
 * With one: run it where the layers are mounted.  Or: list the changes in a
 * layer (-d), flatten layers (-x), translate whiteouts (-i, -e).
 */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "exit.h"
#include "file.h"
#include "flatten.h"
#include "nsid.h"
#include "overlay.h"
#include "run.h"
#include "say.h"
#include "translate.h"
#include "tree.h"
#include "userns.h"
#include "whiteout.h"

static const char **lowers; /* -l */
static size_t lower_count;
static const char *upper; /* -u */
static const char *target = "/mnt"; /* -m */
static const char *flat; /* -x */
static const char *layer; /* -i, -e */
static int action; /* d, x, i, e, or 0 to run a command */

static _Noreturn void
usage(FILE *out)
{
	const char *me = getprogname();

	fprintf(out,
	    "usage: %s [-hv] [-m dir] [-u upper] -l lower [-l lower ...] "
	    "[command [arg ...]]\n"
	    "       %s -d -u upper -l lower [-l lower ...]\n"
	    "       %s -x dir [-u upper] -l lower [-l lower ...]\n"
	    "       %s -i layer | -e layer\n",
	    me, me, me, me);
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	/* Room for the upper and an empty layer too, and a terminating NULL. */
	lowers = calloc((size_t)argc + 3, sizeof(*lowers));
	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	while ((c = getopt(argc, argv, "+hvl:u:m:dx:i:e:")) != -1)
		switch (c) {
		case 'l':
			lowers[lower_count++] = optarg;
			break;
		case 'u':
			upper = optarg;
			break;
		case 'm':
			target = optarg;
			break;
		case 'x':
			flat = optarg;
			action = action == 0 ? c : '?';
			break;
		case 'i':
		case 'e':
			layer = optarg;
			/* FALLTHROUGH */
		case 'd':
			action = action == 0 ? c : '?';
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (action == '?')
		errx(EXIT_OWN, "one of -d, -x, -i and -e at a time");
	if (action != 0 && optind < argc)
		errx(EXIT_OWN, "-%c takes no command", action);
	if (action == 'd' && upper == NULL)
		errx(EXIT_OWN, "-d needs the layer that changed: -u");
	if (layer == NULL && lower_count == 0 &&
	    (action != 0 || upper != NULL || optind < argc))
		errx(EXIT_OWN, "no layer to stand on: -l");
}

/* A mount namespace whose mounts nobody else sees; it dies with the box. */
static void
enter_mount_namespace(void)
{
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
}

static void
become_able(void)
{
	if (!userns_needed())
		return;
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

static void
make_dir(const char *path)
{
	if (mkdir(path, 0755) == -1)
		err(EXIT_OWN, "mkdir: %s", path);
}

/*
 * The child of a box: it dies with its parent, and gets the signals that the
 * parent has blocked, to be able to pass them on and clean up.
 */
static pid_t
fork_box(sigset_t *signals)
{
	sigset_t before;
	pid_t parent = getpid(), pid;

	sigemptyset(signals);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGQUIT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, signals, &before);
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(EXIT_OWN);
	}
	return pid;
}

/* Pass signals on until the box ends; its exit status. */
static int
wait_box(pid_t pid, const sigset_t *signals)
{
	siginfo_t info;
	int wstatus;

	for (;;) {
		if (sigwaitinfo(signals, &info) == -1)
			continue;
		if (info.si_signo != SIGCHLD) {
			/* What the terminal sends, the child got as well. */
			if (info.si_code != SI_KERNEL)
				kill(pid, info.si_signo);
		} else if (waitpid(pid, &wstatus, WNOHANG) == pid) {
			return exit_status(wstatus);
		}
	}
}

/*
 * Mount the layers read-only on where, in a mount namespace of our own.  The
 * kernel wants two of them: a single one gets an empty one below.
 */
static void
view_layers(const char *where)
{
	char *only;
	int fd;

	enter_mount_namespace();
	if (lower_count == 1) {
		/* The empty one may cover it, but not its descriptor. */
		fd = open(lowers[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1)
			err(EXIT_OWN, "%s", lowers[0]);
		if (asprintf(&only, "/proc/self/fd/%d", fd) == -1)
			err(EXIT_OWN, "asprintf");
		if (mount("tmpfs", where, "tmpfs", MS_RDONLY, NULL) == -1)
			err(EXIT_OWN, "mount: tmpfs on %s", where);
		lowers[0] = only;
		lowers[lower_count++] = where;
	}
	overlay_mount(where, lowers, lower_count, NULL, NULL);
}

/* One line for each change, whatever is in the name. */
static void
print_change(char kind, const char *path, void *arg)
{
	FILE *out = arg;

	fprintf(out, "%c ", kind);
	for (; *path != '\0'; path++)
		if (*path == '\n')
			fputs("\\n", out);
		else if (*path == '\\')
			fputs("\\\\", out);
		else
			putc(*path, out);
	putc('\n', out);
}

static int
diff(void)
{
	const char *where = lowers[0];

	become_able();

	/* Over the top layer, so that nothing else disappears under it. */
	view_layers(where);
	if (overlay_diff(upper, where, print_change, stdout) == -1)
		err(EXIT_OWN, "%s", upper);
	if (fflush(stdout) == EOF)
		err(EXIT_OWN, "standard output");
	return 0;
}

/* How many names does the directory hold? */
static int
count_names(const char *dir)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, NULL, NULL);

	if (n == -1)
		err(EXIT_OWN, "%s", dir);
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	return n - 2;
}

static int
flatten(void)
{
	const char *where;

	become_able();
	if (mkdir(flat, 0700) == -1 && errno != EEXIST)
		err(EXIT_OWN, "mkdir: %s", flat);
	if (count_names(flat) != 0)
		errx(EXIT_OWN, "%s: not empty", flat);

	/* To be read only, the upper is one more layer, above the others. */
	if (upper != NULL) {
		memmove(lowers + 1, lowers, lower_count * sizeof(*lowers));
		lowers[0] = upper;
		lower_count++;
	}
	where = lowers[0];
	view_layers(where);
	overlay_flatten(where, flat);
	return 0;
}

static int
translate(void)
{
	int result;

	become_able();
	result =
	    action == 'i' ? whiteout_from_oci(layer) : whiteout_to_oci(layer);
	if (result == -1 && errno == EINVAL)
		errx(EXIT_OWN,
		    "%s: a name in \".wh.\" that is reserved or no whiteout, "
		    "see translate.h",
		    layer);
	if (result == -1)
		err(EXIT_OWN, "%s", layer);
	return 0;
}

/* A work directory that a box left behind: empty, or as the kernel makes it. */
static bool
is_leftover(const char *work)
{
	char inner[PATH_MAX];
	struct stat st;
	int n = count_names(work);

	file_path(inner, sizeof(inner), "%s/work", work);
	return n == 0 ||
	    (n == 1 && lstat(inner, &st) == 0 && st.st_mode == S_IFDIR);
}

/*
 * The upper directory is ours until we exit: two overlays that write to one
 * would corrupt it.  The work directory is beside it, and so most likely on
 * the same file system.
 */
static void
prepare_upper(char *work, size_t size)
{
	char path[PATH_MAX];
	int fd;

	if (realpath(upper, path) == NULL)
		err(EXIT_OWN, "%s", upper);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "%s", upper);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		err(EXIT_OWN, "%s: in use by another box", upper);
	file_path(work, size, "%s.work", path);
	if (mkdir(work, 0700) == 0)
		return;
	if (errno != EEXIST)
		err(EXIT_OWN, "mkdir: %s", work);
	if (!is_leftover(work))
		errx(EXIT_OWN, "%s: not empty, and needed as work directory",
		    work);
}

static _Noreturn void
box_main(const char *work, char *argv[])
{
	char where[PATH_MAX];

	for (size_t i = 0; i < lower_count; i++)
		say(SAY_BOX, "lower %zu from the top: %s", i + 1, lowers[i]);
	say(SAY_BOX, "upper: %s", upper != NULL ? upper : "none, read-only");
	if (upper == NULL) {
		view_layers(target);
	} else {
		enter_mount_namespace();
		overlay_mount(target, lowers, lower_count, upper, work);
	}
	if (chdir(target) == -1)
		err(EXIT_OWN, "chdir %s", target);
	if (getcwd(where, sizeof(where)) == NULL)
		err(EXIT_OWN, "getcwd");
	if (setenv("OVERLAY", where, 1) == -1)
		err(EXIT_OWN, "setenv");
	say(SAY_BOX, "merged: %s", where);
	run_exec(argv);
}

static int
run(char *argv[])
{
	char work[PATH_MAX] = "";
	sigset_t signals;
	int status;
	pid_t pid;

	become_able();
	if (upper != NULL)
		prepare_upper(work, sizeof(work));
	pid = fork_box(&signals);
	if (pid == 0)
		box_main(work, argv);
	status = wait_box(pid, &signals);
	if (upper != NULL && file_remove_tree(work) == -1)
		warn("%s", work);
	return status;
}

/*
 * What follows is the demonstration.  It plays in a scratch directory, to
 * which all names are relative.
 */

#define BIG 1048576

static const char *const stack[] = { "init", "app", "base", NULL };
static const char *const image[] = { "up", "app", "base", NULL };

static void
make_file(const char *path, const char *text)
{
	if (file_create(path, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);
}

static bool
has_text(const char *path, const char *expected)
{
	char text[64];

	return file_read(path, text, sizeof(text)) != -1 &&
	    strcmp(text, expected) == 0;
}

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static off_t
file_size(const char *path)
{
	struct stat st;

	return lstat(path, &st) == -1 ? -1 : st.st_size;
}

/* An image of two layers, the init layer of one box, and room for a third. */
static void
make_layers(void)
{
	static const char *const dir[] = { "base", "base/doc", "base/etc",
		"app", "init", "init/etc", "up", "work", "merged", "flat" };

	for (size_t i = 0; i < sizeof(dir) / sizeof(dir[0]); i++)
		make_dir(dir[i]);
	make_file("base/release", "base");
	make_file("base/doc/intro", "read me");
	make_file("base/doc/license", "as is");
	make_file("base/etc/motd", "welcome");
	make_file("base/big", "");
	if (truncate("base/big", BIG) == -1)
		err(EXIT_OWN, "base/big");
	make_file("app/release", "app");
	make_file("init/etc/hosts", "127.0.0.1 boxed");
}

/* FNV-1a, enough to notice a change. */
static void
hash(uint64_t *sum, const void *data, size_t size)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < size; i++)
		*sum = (*sum ^ byte[i]) * 0x100000001b3;
}

static int
hash_file(FTSENT *p, const char *name, void *sum)
{
	const struct stat *st = p->fts_statp;
	char data[4096];
	FILE *f;
	size_t n;

	hash(sum, name, strlen(name));
	hash(sum, &st->st_mode, sizeof(st->st_mode));
	hash(sum, &st->st_mtim, sizeof(st->st_mtim));
	if (p->fts_info != FTS_F)
		return 0;
	f = fopen(p->fts_path, "re");
	if (f == NULL)
		return -1;
	while ((n = fread(data, 1, sizeof(data), f)) > 0)
		hash(sum, data, n);
	fclose(f);
	return 0;
}

static int
add_size(FTSENT *p, const char *name, void *bytes)
{
	(void)name;
	if (p->fts_info == FTS_F)
		*(off_t *)bytes += p->fts_statp->st_size;
	return 0;
}

/* Fold all layers, or the n first of them, into one number. */
static void
walk_layers(const char *const layers[],
    int (*visit)(FTSENT *p, const char *name, void *arg), void *number)
{
	for (; *layers != NULL; layers++)
		if (tree_walk(*layers, visit, number) == -1)
			err(EXIT_OWN, "%s", *layers);
}

/* The box writes, deletes and renews; its layer shows what that leaves. */
static int
change(void)
{
	FILE *f;

	overlay_mount("merged", stack, 3, "up", "work");
	say(SAY_BOX, "merged: up over init over app over base");
	say_claim(SAY_BOX, has_text("merged/release", "app"),
	    "two layers have a release: the one on top wins, app");
	say_claim(SAY_BOX,
	    exists("merged/etc/hosts") && exists("merged/etc/motd"),
	    "two layers have an etc: hosts and motd, directories are merged");

	if (!has_text("merged/etc/motd", "welcome"))
		err(EXIT_OWN, "merged/etc/motd");
	say_claim(SAY_BOX, !exists("up/etc"), "reading copies nothing");
	f = fopen("merged/big", "ae");
	if (f == NULL || putc('x', f) == EOF || fclose(f) == EOF)
		err(EXIT_OWN, "merged/big");
	say_claim(SAY_BOX, file_size("up/big") == BIG + 1,
	    "one byte more in big: all %d bytes were copied up", BIG + 1);

	if (unlink("merged/big") == -1)
		err(EXIT_OWN, "merged/big");
	say_claim(SAY_BOX,
	    !exists("merged/big") && overlay_is_whiteout("up/big"),
	    "rm big: my layer has a character device 0:0, a whiteout");
	if (file_remove_tree("merged/doc") == -1)
		err(EXIT_OWN, "merged/doc");
	make_dir("merged/doc");
	say_claim(SAY_BOX,
	    count_names("merged/doc") == 0 && overlay_is_opaque("up/doc"),
	    "rm -r doc; mkdir doc: my doc is empty, opaque for what is below");
	make_file("merged/new", "mine");
	make_file("merged/etc/motd", "changed");
	return say_verdict();
}

/* The layers without init are the image that a commit of the box gives. */
static int
commit(void)
{
	off_t layered = 0, flattened = 0;

	overlay_mount("merged", image, 3, NULL, NULL);
	say(SAY_HOST, "a commit: up over app over base, without init");
	say_claim(SAY_HOST,
	    has_text("merged/new", "mine") &&
		has_text("merged/etc/motd", "changed"),
	    "what the box wrote is in the new image");
	say_claim(SAY_HOST, !exists("merged/etc/hosts"),
	    "the hosts of that one box are not");
	overlay_flatten("merged", "flat");
	walk_layers(image, add_size, &layered);
	walk_layers(
	    (const char *const[]){ "flat", NULL }, add_size, &flattened);
	say_claim(SAY_HOST, layered >= BIG && flattened < BIG,
	    "deleted, big still costs: %jd bytes in layers, flattened %jd",
	    (intmax_t)layered, (intmax_t)flattened);
	return say_verdict();
}

/* What the layer says about the box, to somebody who was not there. */
static int
list_changes(void)
{
	static const char expected[] = "D /doc/intro\nD /doc/license\n"
				       "C /etc/motd\nD /big\nA /new\n";
	char *text, *line, *rest;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool same;

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	overlay_mount("merged", stack, 3, NULL, NULL);
	if (overlay_diff("up", "merged", print_change, f) == -1)
		err(EXIT_OWN, "up");
	fclose(f);
	same = strcmp(text, expected) == 0;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		say(SAY_HOST, "    %s", line);
	say_claim(SAY_HOST, same, "its layer lists just what the box did");
	free(text);
	return say_verdict();
}

/* Each scene plays in a mount namespace, which takes its mounts with it. */
static int
play(int (*scene)(void))
{
	sigset_t signals;
	pid_t pid = fork_box(&signals);

	if (pid == 0) {
		enter_mount_namespace();
		exit(scene());
	}
	return wait_box(pid, &signals);
}

static int
tell(void)
{
	uint64_t before = 0, after = 0;
	struct stat here, merged;
	int status;

	make_layers();
	walk_layers(stack, hash_file, &before);
	status = play(change);
	if (status != 0)
		return status;
	walk_layers(stack, hash_file, &after);
	say_claim(SAY_HOST, before == after,
	    "every byte of init, app and base is as it was");
	if (stat(".", &here) == -1 || stat("merged", &merged) == -1)
		err(EXIT_OWN, "stat: merged");
	say_claim(SAY_HOST,
	    here.st_dev == merged.st_dev && count_names("merged") == 0,
	    "the mount is gone with the box's mount namespace");
	status = play(list_changes);
	if (status == 0)
		status = play(commit);
	return status != 0 ? status : say_verdict();
}

/* A caretaker waits to remove the scratch directory, however the tale ends. */
static int
demonstrate(void)
{
	const char *tmp = getenv("TMPDIR");
	char scratch[PATH_MAX];
	sigset_t signals;
	int status;
	pid_t pid;

	say_to(stdout);
	become_able();
	file_path(scratch, sizeof(scratch), "%s/06_overlay.XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	if (mkdtemp(scratch) == NULL)
		err(EXIT_OWN, "mkdtemp: %s", scratch);
	pid = fork_box(&signals);
	if (pid == 0) {
		if (chdir(scratch) == -1)
			err(EXIT_OWN, "chdir %s", scratch);
		exit(tell());
	}
	status = wait_box(pid, &signals);
	if (file_remove_tree(scratch) == -1)
		err(EXIT_OWN, "%s", scratch);
	return status;
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	switch (action) {
	case 'd':
		return diff();
	case 'x':
		return flatten();
	case 'i':
	case 'e':
		return translate();
	}
	if (optind < argc)
		return run(argv + optind);
	if (lower_count > 0)
		errx(EXIT_OWN, "layers, but no command to run on them");
	return demonstrate();
}
