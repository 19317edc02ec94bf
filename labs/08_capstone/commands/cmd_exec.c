/* cmd_exec.c - "box exec": one more command in a container that runs. */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "cmd.h"
#include "config.h"
#include "enter.h"
#include "env_file.h"
#include "exit.h"
#include "explain.h"
#include "hold.h"
#include "kept.h"
#include "lookup.h"
#include "monitor.h"
#include "options.h"
#include "policy.h"
#include "profile.h"

static const struct option_row rows[] = {
	{ "detach", 'd', NULL, "leave it running", NULL,
	    offsetof(struct config, detach) },
	{ "privileged", 0, NULL, "all capabilities, and no filter", NULL,
	    offsetof(struct config, privileged) },
	{ "explain", 0, NULL, "tell each step, and the code behind it", NULL,
	    offsetof(struct config, explain) },
	{ 0 },
};
static const struct option_group more = { "Command", rows };

/* What the container's command got, with what is asked for in addition. */
static void
merge(const struct kept *kept, const char *dir, struct config *asked)
{
	struct config config;

	kept_config(kept, &config);
	config.seccomp = profile_kept(&config, dir);
	for (size_t i = 0; i < asked->environment_count; i++) {
		config.environment = options_grow(config.environment,
		    config.environment_count, sizeof(*config.environment));
		config.environment[config.environment_count++] =
		    asked->environment[i];
	}
	if (asked->user != NULL)
		config.user = asked->user;
	if (asked->workdir != NULL)
		config.workdir = asked->workdir;
	config.detach_keys = asked->detach_keys;
	config.command = asked->command;
	config.detach = asked->detach;
	config.interactive = asked->interactive;
	config.tty = asked->tty && !asked->detach;
	config.init = false;
	if (asked->privileged) {
		config.caps = caps_all();
		config.unconfined = true;
	}
	*asked = config;
}

int
cmd_exec(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_process,
		&options_terminal, &more, NULL };
	struct config config = { 0 };
	struct state state = STATE_NONE;
	struct kept kept;
	sigset_t signals;
	pid_t pid;
	int pidfd, lock, first, status;

	first = options_read(argc, argv, groups,
	    "exec [options] container command [arg ...]", &config);
	if (argc - first < 2)
		errx(EXIT_OWN,
		    "which container, what command? see box exec "
		    "--help");
	if (config.explain)
		explain_start();
	config.command = argv + first + 1;
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;

	/* First: it closes all that we have. */
	if ((status = hold_split(&config, &state.front)) != -1)
		return status;
	env_file_read(&config);
	if ((lock = kept_wait(&state)) == -1)
		return EXIT_OWN;
	if (state.facts.paused)
		errx(EXIT_OWN, "%s is paused (box unpause %s)", state.name,
		    state.name);
	pidfd = find_member(&state, &pid);
	if (pidfd == -1)
		return EXIT_OWN;
	close(lock);
	if (kept_read(state.dir, &kept) == -1)
		err(EXIT_OWN, "%s/config", state.dir);
	merge(&kept, state.dir, &config);
	config.filter = policy_choose(&config, state.home);
	if (config.hostname == NULL)
		config.hostname = state.id;
	monitor_block(&signals);
	return enter_run(&config, &state, pidfd, pid, &signals);
}
