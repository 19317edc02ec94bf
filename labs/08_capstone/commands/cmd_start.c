/* cmd_start.c - "box start" and "box restart": an ended container once more. */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "config.h"
#include "exit.h"
#include "image.h"
#include "join.h"
#include "kept.h"
#include "lookup.h"
#include "monitor.h"
#include "options.h"
#include "policy.h"
#include "profile.h"
#include "ports.h"
#include "supervise.h"
#include "userns.h"
#include "volume_store.h"

static void
set_fresh(struct facts *facts, const void *arg)
{
	(void)arg;
	facts->stopping = 0;
	facts->restarts = 0;
	facts->detached = 1;
}

/* What was typed then, as it was meant then; the layers too, not the name. */
static void
recall(const char *dir, struct config *config, struct image *image)
{
	struct kept kept;
	const char *here;

	if (kept_read(dir, &kept) == -1)
		err(EXIT_OWN, "%s/config", dir);
	here = kept_next(&kept, "CWD", NULL);
	if (here != NULL && chdir(here) == -1)
		warn("%s", here);
	kept_config(&kept, config);
	config->seccomp = profile_kept(config, dir);
	ports_publish_exposed(config);
	config->detach = true;
	config->interactive = false;
	*image = (struct image){ 0 };
	image->layers = kept_list(&kept, "LAYER", &image->layer_count);
}

/* In a process of its own: there, dying of an error harms no other start. */
static int
start_here(struct state *state)
{
	struct state mine = STATE_NONE;
	struct config config;
	struct image image;
	sigset_t signals;
	bool rootless = userns_needed();
	int status;

	strlcpy(mine.home, state->home, sizeof(mine.home));
	recall(state->dir, &config, &image);
	if (rootless && config.network_of != NULL)
		join_userns(&mine, config.network_of);
	else if (rootless)
		userns_enter();
	config.filter = policy_choose(&config, mine.home);
	status = supervise_split(&mine);
	if (status != -1)
		return status;
	monitor_block(&signals);
	if (state_take(&mine, state->id, STATE_KEEP) == -1) {
		if (errno == EEXIST)
			errx(EXIT_OWN, "%s is running (box restart %s)",
			    state->name, state->name);
		err(EXIT_OWN, "%s", state->name);
	}
	if (config.hostname == NULL)
		config.hostname = mine.id;
	if (volume_take(&config, &mine) == -1 || kept_lock(&mine) == -1 ||
	    state_edit(&mine, set_fresh, NULL) == -1)
		status = EXIT_OWN;
	else
		return supervise(&config, &image, &mine, rootless, &signals);
	state_release(&mine, true, (int)mine.facts.status);
	return status;
}

static int
start(struct state *state, void *arg)
{
	int *status = arg;
	pid_t pid;
	int wstatus;

	fflush(NULL);
	pid = fork();
	if (pid == -1) {
		warn("fork");
		return -1;
	}
	if (pid == 0)
		exit(start_here(state));
	while (waitpid(pid, &wstatus, 0) == -1)
		if (errno != EINTR)
			err(EXIT_OWN, "waitpid");
	*status = exit_status(wstatus);
	return *status == 0 ? 0 : -1;
}

int
cmd_start(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	int first =
	    options_read(argc, argv, groups, "start container ...", NULL);
	int status = 0;

	if (first == argc)
		errx(EXIT_OWN, "which container? see box start --help");
	signal(SIGCHLD, SIG_DFL);
	cmd_look(&state);
	if (cmd_each(&state, argv + first, start, &status) == 0)
		return 0;
	return status != 0 ? status : EXIT_OWN;
}

static void
set_seconds(const char *text, void *to)
{
	unsigned int *seconds = to;
	const char *why;

	*seconds = (unsigned int)strtonum(text, 0, 1000000, &why);
	if (why != NULL)
		errx(EXIT_OWN, "-t %s: the number is %s", text, why);
}

static const struct option_row rows[] = {
	{ "time", 't', "SECONDS", "until it is killed (10)", set_seconds, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

static int
restart(struct state *state, void *arg)
{
	const unsigned int *seconds = arg;
	int status;

	if (state->facts.rm) {
		warnx(
		    "%s was started with --rm: it would be gone", state->name);
		return -1;
	}
	return cmd_end(state, *seconds) == -1 ? -1 : start(state, &status);
}

int
cmd_restart(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = STATE_NONE;
	unsigned int seconds = 10;
	int first = options_read(
	    argc, argv, groups, "restart [options] container ...", &seconds);

	if (first == argc)
		errx(EXIT_OWN, "which container? see box restart --help");
	signal(SIGCHLD, SIG_DFL);
	cmd_look(&state);
	return cmd_each(&state, argv + first, restart, &seconds);
}
