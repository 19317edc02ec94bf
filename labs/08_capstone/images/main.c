/*
 * main.c - box-image, which box becomes for its commands about images.
 *
 * It is a program of its own because archives, JSON and digests need large
 * libraries, which a box that starts shall not have to load.
 */

#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cmd.h"
#include "commands.h"
#include "exit.h"
#include "progress.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char *argv[]);
} commands[] = {
	{ "commit", cmd_commit_image },
	{ "history", cmd_history },
	{ "images", cmd_images },
	{ "import", cmd_import },
	{ "inspect", cmd_inspect_image },
	{ "load", cmd_load },
	{ "pull", cmd_pull },
	{ "rmi", cmd_rmi },
	{ "save", cmd_save },
	{ "tag", cmd_tag },
};

mode_t begin_umask;

void
begin_command(struct store *store)
{
	struct state state = { .lock = -1 };

	cmd_open(&state);
	store_open(store, &state);
}

/* Reading a tree takes a descriptor for each level of it. */
static void
raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(EXIT_OWN, "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(EXIT_OWN, "setrlimit");
}

int
main(int argc, char *argv[])
{
	static char name[] = "box";

	/* To the user this is box. */
	program_invocation_name = program_invocation_short_name = name;
	begin_umask = umask(0);
	raise_files();
	signal(SIGPIPE, SIG_IGN);
	progress_catch_signals();
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc > 0 && strcmp(argv[0], commands[i].name) == 0)
			return commands[i].run(argc, argv);
	errx(EXIT_OWN, "box-image: started by box, not by hand");
}
