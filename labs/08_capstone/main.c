/*
 * box - a small container runner, made of the seven labs.
 *
 * main.c knows the commands; what "run" means is told in container.c.
 */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "container.h"
#include "exit.h"
#include "explain.h"
#include "image.h"
#include "monitor.h"
#include "network.h"
#include "options.h"
#include "state.h"
#include "sweep.h"
#include "userns.h"

static const char help_text[] =
    "usage: box run [options] image|directory [command [arg ...]]\n"
    "       box ps [-a]\n"
    "       box rm container ...\n"
    "       box prune          remove ended containers and an idle bridge\n"
    "       box help\n"
    "\n"
    "box run --help lists the options.  State is kept in BOXLAB_HOME.\n";

/* Make sure that there is privilege, and that the dead are buried. */
static bool
open_state(struct state *state)
{
	bool rootless = userns_needed();

	state_open(state);
	if (rootless) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home);
	return rootless;
}

static int
run_main(int argc, char *argv[])
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
	rootless = open_state(&state);
	monitor_block(&signals);
	state_create(&state, config.name, config.rm);
	if (config.hostname == NULL)
		config.hostname = state.id;
	status = container_run(&config, &image, &state, rootless, &signals);
	state_release(&state, !config.rm, status);
	return status;
}

static int
ps_main(int argc, char *argv[])
{
	struct state state = { .lock = -1 };
	bool all = argc == 2 && strcmp(argv[1], "-a") == 0;

	if (argc > 1 && !all)
		errx(EXIT_OWN, "usage: box ps [-a]");
	open_state(&state);
	state_list(&state, all);
	return 0;
}

static int
rm_main(int argc, char *argv[])
{
	struct state state = { .lock = -1 };

	if (argc < 2 || argv[1][0] == '-')
		errx(EXIT_OWN, "usage: box rm container ...");
	open_state(&state);
	for (int i = 1; i < argc; i++)
		state_remove(&state, argv[i]);
	return 0;
}

static int
prune_main(int argc)
{
	struct state state = { .lock = -1 };
	bool rootless;

	if (argc > 1)
		errx(EXIT_OWN, "usage: box prune");
	rootless = open_state(&state);
	state_prune(&state);
	return rootless || network_prune(&state) == 0 ? 0 : EXIT_OWN;
}

int
main(int argc, char *argv[])
{
	const char *command = argc > 1 ? argv[1] : "";
	int fd;

	/* Where 0, 1 or 2 is closed, the next open(2) would become it. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);

	if (strcmp(command, "run") == 0)
		return run_main(argc - 1, argv + 1);
	if (strcmp(command, "ps") == 0)
		return ps_main(argc - 1, argv + 1);
	if (strcmp(command, "rm") == 0)
		return rm_main(argc - 1, argv + 1);
	if (strcmp(command, "prune") == 0)
		return prune_main(argc - 1);
	if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 ||
	    strcmp(command, "-h") == 0) {
		fputs(help_text, stdout);
		return 0;
	}
	fputs(help_text, stderr);
	return EXIT_OWN;
}
