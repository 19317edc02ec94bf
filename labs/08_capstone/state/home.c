/* home.c - where box keeps its books: the directories of BOXLAB_HOME. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "state.h"
#include "userns.h"

/* mkdir -p */
static int
make_path(const char *path)
{
	char parent[PATH_MAX];
	char *slash;

	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	file_path(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return -1;
	*slash = '\0';
	if (make_path(parent) == -1)
		return -1;
	return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : -1;
}

static void
choose_home(struct state *state)
{
	const char *home = getenv("BOXLAB_HOME");
	const char *data = getenv("XDG_DATA_HOME");
	const char *user = getenv("HOME");

	if (home != NULL && home[0] == '/')
		file_path(state->home, sizeof(state->home), "%s", home);
	else if (home != NULL)
		errx(EXIT_OWN, "BOXLAB_HOME=%s: must start with /", home);
	else if (geteuid() == 0 && (!userns_inside() || user == NULL))
		file_path(state->home, sizeof(state->home), "/var/lib/boxlab");
	else if (data != NULL && data[0] == '/')
		file_path(state->home, sizeof(state->home), "%s/boxlab", data);
	else if (user != NULL && user[0] == '/')
		file_path(state->home, sizeof(state->home),
		    "%s/.local/share/boxlab", user);
	else
		errx(EXIT_OWN, "no home directory: set BOXLAB_HOME");
}

/*
 * What we lock nobody else may open, for whoever can may lock it too, and keep
 * us waiting.  With an error it is another user's.
 */
static void
close_to_others(const struct state *state)
{
	static const char *const parts[] = { "running", "net", "userns" };
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		file_path(path, sizeof(path), "%s/%s", state->home, parts[i]);
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		    (st.st_mode & 077) != 0)
			chmod(path, 0700);
	}
}

void
state_open(struct state *state)
{
	static const char *const parts[] = { "containers", "names", "running",
		"net", "stage" };
	char path[PATH_MAX];

	choose_home(state);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		file_path(path, sizeof(path), "%s/%s", state->home, parts[i]);
		if (make_path(path) == -1)
			err(EXIT_OWN, "%s" STATE_ELSEWHERE, path);
	}
	close_to_others(state);
}
