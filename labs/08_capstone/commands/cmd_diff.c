/* cmd_diff.c - "box diff": what a container has changed.  See lab 06. */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/wait.h>

#include <err.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diff.h"
#include "exit.h"
#include "file.h"
#include "kept.h"
#include "lookup.h"
#include "options.h"
#include "overlay.h"
#include "shown.h"
#include "still.h"
#include "userns.h"

/*
 * The names are the box's.  A program that reads them needs them as they are,
 * and so does ls(1) have it; a terminal would obey them.
 */
static void
print(char kind, const char *path, void *arg)
{
	const bool *terminal = arg;
	char *copy = options_copy(path);

	if (*terminal)
		shown_clean(copy);
	printf("%c %s\n", kind, copy);
	free(copy);
}

/*
 * The image's layers as one: a single one is that already, of several an
 * overlay is mounted, where nobody else sees it.
 */
static const char *
view_layers(const struct state *state, const struct kept *kept)
{
	static char stage[PATH_MAX];
	size_t count;
	char **layers = kept_list(kept, "LAYER", &count);

	if (count == 1)
		return layers[0];
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
	file_path(stage, sizeof(stage), "%s/stage", state->home);
	overlay_mount(
	    stage, (const char *const *)layers, count, NULL, NULL, false);
	return stage;
}

/*
 * A box that runs could put a link where a directory was just now, and lead
 * root out of it.  A plain user's box has no rights but the user's own.
 */
static int
hold_from_root(struct state *state, bool rootless)
{
	if (rootless || !find_alive(state) ||
	    strcmp(state->facts.phase, "running") != 0)
		return -1;
	return still_hold(state, STILL_IF_POSSIBLE);
}

int
cmd_diff(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	struct kept kept;
	char upper[PATH_MAX];
	bool terminal = isatty(STDOUT_FILENO), rootless;
	int hold;
	int first = options_read(argc, argv, groups, "diff container", NULL);

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box diff container");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	if (kept_read(state.dir, &kept) == -1)
		err(EXIT_OWN, "%s/config", state.dir);
	rootless = userns_needed();
	if (rootless)
		userns_enter();
	file_path(upper, sizeof(upper), "%s/upper", state.dir);
	if (access(upper, F_OK) == -1)
		return 0; /* it died before it had one */
	hold = hold_from_root(&state, rootless);
	if (overlay_diff(upper, view_layers(&state, &kept), print, &terminal) ==
	    -1)
		err(EXIT_OWN, "%s", upper);
	if (hold != -1 && close(hold) == 0)
		wait(NULL);
	return 0;
}
