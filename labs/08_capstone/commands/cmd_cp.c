/*
 * cmd_cp.c - "box cp": files into a container, and out of it.
 *
 * The host's side is opened first.  Then we go to where the container's files
 * are: its mount namespace while it runs, volumes and all; else its layers are
 * mounted once more, in a mount namespace of our own.  There every path is
 * looked up as a program in the box would see it, by openat2(2).
 */

#define _GNU_SOURCE
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <linux/securebits.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "copy_in.h"
#include "exit.h"
#include "file.h"
#include "inside.h"
#include "kept.h"
#include "lookup.h"
#include "nsid.h"
#include "options.h"
#include "remap.h"
#include "rootfs.h"
#include "userns.h"

/* One end: a name in a directory. */
struct end {
	char name[NAME_MAX + 1]; /* its last component */
	int dir; /* the directory it is in; with name ".", the thing itself */
	bool is_dir; /* it is there, and is a directory */
};

/* "a/b/" is b in a, "/" and "a/." are the directory itself. */
static void
split(const char *path, char *parent, size_t size, struct end *end)
{
	size_t length = strlen(path);
	const char *slash;

	while (length > 1 && path[length - 1] == '/')
		length--;
	file_path(parent, size, "%.*s", (int)length, path);
	slash = strrchr(parent, '/');
	strlcpy(
	    end->name, slash != NULL ? slash + 1 : parent, sizeof(end->name));
	if (strcmp(end->name, "..") == 0 || end->name[0] == '\0')
		strlcpy(end->name, ".", sizeof(end->name));
	else if (slash != NULL)
		parent[slash == parent ? 1 : slash - parent] = '\0';
	else if (strcmp(end->name, ".") != 0)
		strlcpy(parent, ".", size);
}

/* A directory on the way; below root if that is not -1. */
static int
look_up(int root, const char *path)
{
	return root == -1 ? open(path, O_PATH | O_CLOEXEC)
			  : inside_follow(root, path);
}

/*
 * Open one end, which may start with a link to a directory if something shall
 * go there.  What is to be copied may be a link itself.  Exits on failure.
 */
static void
open_end(struct end *end, const char *path, int root, bool target)
{
	char parent[PATH_MAX];
	struct stat st;
	int there;

	split(path, parent, sizeof(parent), end);
	end->is_dir = false;
	if (target) {
		there = look_up(root, path);
		if (there == -1 && errno != ENOENT)
			err(EXIT_OWN, "%s", path);
		end->is_dir = there != -1 && fstat(there, &st) == 0 &&
		    S_ISDIR(st.st_mode);
		end->dir = there;
		if (end->is_dir)
			return;
		if (there != -1)
			close(there);
	}
	end->dir = look_up(root, parent);
	if (end->dir == -1 ||
	    (!target &&
		fstatat(end->dir, end->name, &st, AT_SYMLINK_NOFOLLOW) == -1))
		err(EXIT_OWN, "%s", path);
}

/*
 * The root of a box that runs.  root: we stay the host's, who may read what is
 * to be copied.
 */
static int
enter_running(struct state *state, bool root)
{
	pid_t pid;
	int pidfd = -1, lock = kept_wait(state), flags = CLONE_NEWNS;

	if (lock != -1)
		pidfd = find_member(state, &pid);
	if (pidfd == -1)
		exit(EXIT_OWN);
	close(lock);
	if (!root && ns_id(pid, "user") != ns_id(0, "user"))
		flags |= CLONE_NEWUSER;
	if (setns(pidfd, flags) == -1)
		err(EXIT_OWN, "setns: %s", state->name);
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Does it run?  Else it is ours: nobody may start it meanwhile.  Another may
 * copy as well, or start or remove it just now: that is waited for.
 */
static bool
take(struct state *state, struct state *taken)
{
	strlcpy(taken->home, state->home, sizeof(taken->home));
	for (;;) {
		if (find_alive(state)) {
			if (facts_read(state->dir, &state->facts) == -1 ||
			    strcmp(state->facts.phase, "exited") != 0)
				return true;
		} else {
			if (state_take(taken, state->id, STATE_KEEP) == 0)
				return false;
			if (errno != EEXIST)
				err(EXIT_OWN, "%s", state->name);
		}
		poll(NULL, 0, 5);
		cmd_look(state);
	}
}

/* The root of one that has ended, and is ours. */
static int
enter_ended(const struct state *state, struct remap *remap)
{
	struct kept kept;
	size_t count;
	char **layers;

	if (userns_needed())
		userns_enter();
	if (kept_read(state->dir, &kept) == -1)
		err(EXIT_OWN, "%s/config", state->dir);
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount namespace");
	if (remap->on && remap_again(remap, false) == -1)
		exit(EXIT_OWN);
	layers = kept_list(&kept, "LAYER", &count);
	return open(rootfs_view(layers, count, state, remap),
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/*
 * What we make from here on belongs to the root of a box with ids of its own;
 * we keep the right to read what is the host's.
 */
static void
make_as(const struct remap *remap)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) == -1)
		err(EXIT_OWN, "PR_SET_SECUREBITS");
	setfsgid(remap->base);
	setfsuid(remap->base);
}

/* The part behind "container:", or NULL: then it is a path of the host. */
static const char *
inside_part(char *argument)
{
	char *colon = strchr(argument, ':');

	if (argument[0] == '/' || argument[0] == '.' || colon == NULL)
		return NULL;
	*colon = '\0';
	return colon[1] != '\0' ? colon + 1 : "/";
}

/* A usable descriptor for one that was opened with O_PATH. */
static int
usable(int fd)
{
	int usable = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (usable == -1)
		err(EXIT_OWN, "directory");
	return usable;
}

static int
copy(const struct end *from, const struct end *to)
{
	const char *as = to->is_dir ? from->name : to->name;

	if (strcmp(from->name, ".") == 0 && !to->is_dir)
		as = to->name;
	return copy_in(usable(from->dir), from->name, usable(to->dir), as);
}

int
cmd_cp(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE, taken = STATE_NONE;
	struct end from, to;
	struct remap remap;
	const char *in, *out;
	int root, result,
	    first = options_read(argc, argv, groups,
		"cp container:path path | cp path container:path", NULL);

	if (argc - first != 2)
		errx(EXIT_OWN, "from where, and to where? see box cp --help");
	cmd_look(&state);
	out = inside_part(argv[first]);
	in = inside_part(argv[first + 1]);
	if ((in == NULL) == (out == NULL))
		errx(EXIT_OWN, "one of the two has to be CONTAINER:PATH");
	if (find_container(&state, argv[out != NULL ? first : first + 1]) == -1)
		return EXIT_OWN;
	if (remap_recall(&remap, state.dir) == -1)
		return EXIT_OWN;
	umask(022);
	if (out != NULL)
		open_end(&to, argv[first + 1], -1, true);
	else
		open_end(&from, argv[first], -1, false);
	root = take(&state, &taken) ? enter_running(&state, remap.on)
				    : enter_ended(&state, &remap);
	if (in != NULL && remap.on)
		make_as(&remap);
	if (out != NULL)
		open_end(&from, out, root, false);
	else
		open_end(&to, in, root, true);
	result = copy(&from, &to);
	if (taken.lock != -1)
		state_return(&taken);
	return result == 0 ? 0 : EXIT_OWN;
}
