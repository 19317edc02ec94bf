/* cmd_run.c - "box run": what it means is told in container.c. */

#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>

#include "cmd.h"
#include "config.h"
#include "container.h"
#include "exit.h"
#include "explain.h"
#include "image.h"
#include "monitor.h"
#include "options.h"
#include "policy.h"
#include "ports.h"
#include "volume_store.h"

int
cmd_run(int argc, char *argv[])
{
	struct config config;
	struct image image;
	struct state state = { .lock = -1 };
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
	image_find(config.image, state.home, &image);
	image_apply(&image, &config);
	ports_publish_exposed(&config);
	monitor_block(&signals);
	state_create(&state, config.name, config.rm);
	image_keep(&image, &state);
	if (config.hostname == NULL)
		config.hostname = state.id;
	status = EXIT_OWN;
	if (volume_take(&config, &state) == 0)
		status =
		    container_run(&config, &image, &state, rootless, &signals);
	state_release(&state, !config.rm, status);
	return status;
}
