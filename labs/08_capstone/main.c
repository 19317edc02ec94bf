/*
 * box - a small container runner, made of the seven labs.
 *
 * main.c knows the commands.  What needs large libraries, as images do with
 * their archives and digests, is done by programs of their own, so that they
 * cost a box that starts nothing.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "cmd.h"
#include "exit.h"

#define IMAGE "box-image" /* see images/main.c */

static const struct command {
	const char *name;
	const char *help;
	int (*run)(int argc, char *argv[]);
	const char *program; /* that does it instead, in libexec/boxlab */
} commands[] = {
	{ "run", "make a container and run a command in it", cmd_run, NULL },
	{ "exec", "run one more command in a container", cmd_exec, NULL },
	{ "attach", "sit in front of a detached terminal", cmd_attach, NULL },
	{ "ps", "list what runs, or all", cmd_ps, NULL },
	{ "logs", "show what a detached container has said", cmd_logs, NULL },
	{ "top", "list the processes of a container", cmd_top, NULL },
	{ "stats", "show what containers use", cmd_stats, NULL },
	{ "inspect", "show settings and state of containers or images",
	    cmd_inspect, NULL },
	{ "port", "list the ports of the host that lead into one", cmd_port,
	    NULL },
	{ "cp", "copy files into a container, or out of it", cmd_cp, NULL },
	{ "commit", "make an image of what a container has changed", cmd_commit,
	    NULL },
	{ "diff", "list what a container has changed", cmd_diff, NULL },
	{ "stop", "end containers, kindly first", cmd_stop, NULL },
	{ "kill", "send a signal to containers", cmd_kill, NULL },
	{ "pause", "freeze containers", cmd_pause, NULL },
	{ "unpause", "let frozen containers go on", cmd_unpause, NULL },
	{ "wait", "wait for containers, and print their exit status", cmd_wait,
	    NULL },
	{ "start", "run ended containers once more", cmd_start, NULL },
	{ "restart", "stop containers and start them", cmd_restart, NULL },
	{ "rename", "give a container another name", cmd_rename, NULL },
	{ "rm", "forget ended containers", cmd_rm, NULL },
	{ "prune", "remove ended containers and an idle bridge", cmd_prune,
	    NULL },
	{ "images", "list the images", NULL, IMAGE },
	{ "load", "take images from a file or directory", NULL, IMAGE },
	{ "pull", "fetch an image from a registry", NULL, IMAGE },
	{ "import", "make an image of a root file system", NULL, IMAGE },
	{ "save", "write an image to a file or directory", NULL, IMAGE },
	{ "tag", "give an image one more name", NULL, IMAGE },
	{ "history", "tell how an image was made", NULL, IMAGE },
	{ "rmi", "remove images, or names of them", NULL, IMAGE },
	{ "volume", "make, list and remove volumes", cmd_volume, NULL },
	{ "info", "show what this machine can do", cmd_info, NULL },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_help(FILE *out)
{
	fputs("usage: box run [options] image|directory [command [arg ...]]\n"
	      "       box command [argument ...]\n\n",
	    out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(
		    out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\nbox COMMAND --help tells more.  State is kept in "
	      "BOXLAB_HOME.\n",
	    out);
}

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
	    strcmp(word, "-h") == 0;
}

static int
dispatch(int argc, char *argv[])
{
	const struct command *command = commands;

	while (strcmp(command->name, argv[1]) != 0)
		if (++command == commands + COMMANDS) {
			print_help(stderr);
			errx(EXIT_OWN, "%s: no such command", argv[1]);
		}
	if (command->program != NULL)
		beside_become(command->program, argv + 1);
	return command->run(argc - 1, argv + 1);
}

int
main(int argc, char *argv[])
{
	int fd;

	/* Where 0, 1 or 2 is closed, the next open(2) would become it. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);

	if (argc > 1 && !is_help(argv[1]))
		return dispatch(argc, argv);
	print_help(argc > 1 ? stdout : stderr);
	return argc > 1 ? 0 : EXIT_OWN;
}
