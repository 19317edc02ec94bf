/* cmd_rm.c - "box rm" and "box prune": forget what has ended. */

#define _GNU_SOURCE
#include <sys/file.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "lan.h"
#include "lookup.h"
#include "options.h"
#include "remap.h"
#include "sweep.h"
#include "userns.h"
#include "volume_store.h"

struct choice {
	bool force;
	bool volumes;
};

static const struct option_row rows[] = {
	{ "force", 'f', NULL, "kill it first, if it runs", NULL,
	    offsetof(struct choice, force) },
	{ "volumes", 'v', NULL, "its volumes without a name, too", NULL,
	    offsetof(struct choice, volumes) },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* Two may want to remove it at once, or to start it: one of them takes it. */
static int
take(struct state *mine, const struct state *state, const struct choice *choice)
{
	enum state_fate fate =
	    choice->volumes ? STATE_REMOVE_ALL : STATE_REMOVE;

	strlcpy(mine->home, state->home, sizeof(mine->home));
	if (state_take(mine, state->id, fate) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;

	/* Or its owner was killed since we came. */
	sweep(state->home, true);
	return state_take(mine, state->id, fate);
}

static int
forget(struct state *state, void *arg)
{
	const struct choice *choice = arg;
	struct state mine = STATE_NONE;

	if (take(&mine, state, choice) == 0) {
		if (choice->volumes)
			volume_forget(mine.home, mine.id);
		remap_forget(mine.home, mine.id);
		if (state_release(&mine, false, (int)mine.facts.status) == -1)
			return -1;
		puts(state->name);
		return 0;
	}
	if (errno == EEXIST)
		warnx("%s is running (box stop %s, or box rm -f)", state->name,
		    state->name);
	else if (errno == ENOENT)
		warnx("no container %s (box ps -a)", state->name);
	else
		warn("%s", state->name);
	return -1;
}

/* Wait for the lock of running/ID, for as long as KILL may take. */
static int
wait_for_lock(int fd)
{
	for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) == -1; tries++) {
		if (errno != EWOULDBLOCK || tries == 1000)
			return -1;
		poll(NULL, 0, 10);
	}
	return 0;
}

/*
 * Of one whose facts cannot be read nothing is known but its id.  Made one that
 * has none, and whose owner died while it was removed, it is for the sweep.
 */
static int
forget_spoilt(struct state *state)
{
	static const char word[] = "rm  \n"; /* over "keep" */
	char path[PATH_MAX], facts[PATH_MAX];
	int fd;

	cgroup_kill(state->cgroup);
	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	file_path(facts, sizeof(facts), "%s/facts", state->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || wait_for_lock(fd) == -1 ||
	    write(fd, word, strlen(word)) == -1 || unlink(facts) == -1) {
		warn("%s", path);
		return -1;
	}
	close(fd);
	cmd_look(state);
	return access(state->dir, F_OK) == -1 ? 0 : -1;
}

/*
 * Put ids in place of names, and with force end what runs.  That comes first:
 * in a user namespace of our own we would have no right over what is in others.
 * How many there are; what cannot be had is left out, and *status says so.
 */
static int
prepare(struct state *state, char *names[], bool force, int *status)
{
	int n = 0;

	for (char **name = names; *name != NULL; name++) {
		if (force && find_spoilt(state, *name)) {
			if (forget_spoilt(state) == 0)
				puts(*name);
			else
				*status = EXIT_OWN;
			continue;
		}
		if (find_container(state, *name) == -1 ||
		    (force && cmd_end(state, 0) == -1)) {
			*status = EXIT_OWN;
			continue;
		}
		/* One that was started with --rm is gone by then. */
		if (force && access(state->dir, F_OK) == -1)
			puts(state->name);
		else
			names[n++] = options_copy(state->id);
	}
	names[n] = NULL;
	return n;
}

int
cmd_rm(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = STATE_NONE;
	struct choice choice = { 0 };
	int first = options_read(
	    argc, argv, groups, "rm [options] container ...", &choice);
	int status = 0;

	if (first == argc)
		errx(EXIT_OWN, "which container? see box rm --help");
	cmd_look(&state);
	if (prepare(&state, argv + first, choice.force, &status) == 0)
		return status;

	/* Its files may belong to any of the ids that a user was given. */
	if (userns_needed())
		userns_enter();
	if (cmd_each(&state, argv + first, forget, &choice) != 0)
		status = EXIT_OWN;
	return status;
}

struct pruning {
	struct choice choice;
	bool failed;
};

static void
forget_ended(const struct state *state, void *arg)
{
	struct pruning *pruning = arg;
	struct state copy = *state;

	if (!find_alive(state) && forget(&copy, &pruning->choice) == -1)
		pruning->failed = true;
}

int
cmd_prune(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct pruning pruning = { 0 };
	struct state state = STATE_NONE;
	bool rootless;

	if (options_read(argc, argv, groups, "prune", NULL) != argc)
		errx(EXIT_OWN, "usage: box prune");
	rootless = cmd_open(&state);
	find_all(&state, forget_ended, &pruning);
	if (!rootless && lan_prune(&state) == -1)
		pruning.failed = true;
	return pruning.failed ? EXIT_OWN : 0;
}
