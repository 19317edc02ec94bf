/*
 * box - a small container runner, made of the seven labs.
 *
 * main.c knows the commands; what "run" means is told in container.c.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "exit.h"

static const struct command {
	const char *name;
	const char *help;
	int (*run)(int argc, char *argv[]);
} commands[] = {
	{ "run", "make a container and run a command in it", cmd_run },
	{ "ps", "list what runs, or all", cmd_ps },
	{ "rm", "forget ended containers", cmd_rm },
	{ "prune", "remove ended containers and an idle bridge", cmd_prune },
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
			return EXIT_OWN;
		}
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
