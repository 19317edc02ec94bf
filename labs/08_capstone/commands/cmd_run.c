/* cmd_run.c - "box run": what it means is told in container.c. */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "container.h"
#include "env_file.h"
#include "exit.h"
#include "explain.h"
#include "hold.h"
#include "image.h"
#include "kept.h"
#include "monitor.h"
#include "options.h"
#include "policy.h"
#include "profile.h"
#include "ports.h"
#include "supervise.h"
#include "volume_store.h"

/* What others shall see of the container. */
static void
describe(struct facts *facts, const struct config *config)
{
	strlcpy(facts->image, config->image, sizeof(facts->image));
	strlcpy(facts->restart,
	    config->restart != NULL ? config->restart : "no",
	    sizeof(facts->restart));
	for (char **word = config->command; *word != NULL; word++) {
		if (word != config->command)
			strlcat(facts->command, " ", sizeof(facts->command));
		strlcat(facts->command, *word, sizeof(facts->command));
	}
	facts->retries = config->retries;
	facts->stop_signal =
	    (uint64_t)(config->stop_signal != 0 ? config->stop_signal
						: SIGTERM);
	facts->init = config->init;
	facts->tty = config->tty;
	facts->detached = config->detach;
}

int
cmd_run(int argc, char *argv[])
{
	struct config config;
	struct image image;
	struct state state = STATE_NONE;
	sigset_t signals;
	bool rootless;
	int status;

	options_parse(argc, argv, &config);
	if (config.explain)
		explain_start();
	if (config.privileged && !config.quiet)
		warnx("--privileged: this box can do to the machine whatever "
		      "you can");
	rootless = cmd_open_beside(&state, config.network_of);
	config.filter = policy_choose(&config, state.home);
	/* First: both close all that they have, and images have a lock. */
	status = config.detach ? supervise_split(&state)
			       : hold_split(&config, &state.front);
	if (status != -1)
		return status;
	image_find(config.image, state.home, &image);
	env_file_read(&config);
	image_apply(&image, &config);
	ports_publish_exposed(&config);
	monitor_block(&signals);
	state_create(&state, config.name, config.rm);
	image_keep(&image, &state);
	if (config.hostname == NULL)
		config.hostname = state.id;
	describe(&state.facts, &config);
	if (profile_keep(&config, state.dir) == -1 ||
	    volume_take(&config, &state) == -1 ||
	    kept_write(&state, argc, argv, &config, &image) == -1) {
		volume_forget(state.home, state.id);
		state_release(&state, false, EXIT_OWN);
		return EXIT_OWN;
	}
	if (config.detach)
		return supervise(&config, &image, &state, rootless, &signals);
	status = container_run(&config, &image, &state, rootless, &signals);
	if (config.rm)
		volume_forget(state.home, state.id);
	state_release(&state, !config.rm, status);
	return status;
}
