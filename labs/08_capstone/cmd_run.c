/* cmd_run.c - "box run": what it means is told in container.c. */

#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>

#include "cmd.h"
#include "config.h"
#include "container.h"
#include "explain.h"
#include "image.h"
#include "monitor.h"
#include "options.h"
#include "ports.h"

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
	image_find(config.image, &image);
	ports_publish_exposed(&config);
	rootless = cmd_open_beside(&state, config.network_of);
	monitor_block(&signals);
	state_create(&state, config.name, config.rm);
	if (config.hostname == NULL)
		config.hostname = state.id;
	status = container_run(&config, &image, &state, rootless, &signals);
	state_release(&state, !config.rm, status);
	return status;
}
