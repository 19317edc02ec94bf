/*
 * output.c - how a box's command starts, and where its output goes.
 *
 * Read: memfd_create(2), F_ADD_SEALS in fcntl(2), fexecve(3), pipe(7).
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/memfd.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "options.h"
#include "output.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* since Linux 6.3 */
#endif

enum {
	MOST_PATHS = 100,
};

/* launch.c, compiled. */
static const unsigned char launch[] = {
#include "launch.inc"
};

void
output_open(struct output *output, const struct config *config, bool log)
{
	*output = (struct output){ .program = -1 };
	if (pipe2(output->told, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	if (config->tty || (config->detach && !log))
		streams_none(&output->streams);
	else if (log)
		streams_log(&output->streams);
	else
		streams_carry(&output->streams, config->interactive);
	output->late = log;
}

void
output_leave(struct output *output)
{
	close(output->told[1]);
	streams_leave(&output->streams);
}

/* The last program before the command, so that nobody can change it. */
static int
seal_program(void)
{
	static const char name[] = "box";
	int fd;

	/* Before 6.3 there is no such flag, and every such file may run. */
	fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (fd == -1 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd == -1)
		err(EXIT_OWN,
		    "memfd_create (see the sysctl vm.memfd_noexec: 0 or 1)");
	if (write(fd, launch, sizeof(launch)) != (ssize_t)sizeof(launch) ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == -1)
		err(EXIT_OWN, "memfd_create: seal");
	return fd;
}

/* The files that execvp(3) would try for command, one after the other. */
static size_t
find_paths(const char *command, char **paths)
{
	const char *path = getenv("PATH");
	char *copy, *dir;
	size_t n = 0;

	if (strchr(command, '/') != NULL || command[0] == '\0') {
		paths[n++] = options_copy(command);
		return n;
	}
	copy = options_copy(path != NULL ? path : "/bin:/usr/bin");
	while (n < MOST_PATHS && (dir = strsep(&copy, ":")) != NULL)
		if (asprintf(&paths[n++], "%s%s%s", dir,
			dir[0] != '\0' ? "/" : "", command) == -1)
			err(EXIT_OWN, "asprintf");
	return n;
}

/* The words of launch.c: see there. */
static char **
make_list(int tell, int lock, char *const argv[])
{
	static char name[] = "box";
	size_t words = 0, n = 2;
	char **list;

	while (argv[words] != NULL)
		words++;
	if (words == 0)
		errx(EXIT_OWN, "no command");
	list = calloc(words + MOST_PATHS + 3, sizeof(*list));
	if (list == NULL)
		err(EXIT_OWN, "calloc");
	list[0] = name;
	n += find_paths(argv[0], list + n);
	if (asprintf(&list[1], "%zu:%d:%d", n - 2, tell, lock) == -1)
		err(EXIT_OWN, "asprintf");
	memcpy(list + n, argv, words * sizeof(*list));
	return list;
}

/* launch.c needs it, and lets the command's exec close it. */
static void
hand_over(int fd)
{
	if (fcntl(fd, F_SETFD, 0) == -1)
		err(EXIT_OWN, "fcntl: F_SETFD");
}

void
output_ready(struct output *output, int lock, char *const argv[])
{
	int tell = output->told[1];

	if (lock == -1)
		lock = tell;
	output->words = make_list(tell, lock, argv);
	output->program = seal_program();
	hand_over(tell);
	hand_over(lock);
	if (!output->late)
		streams_place(&output->streams);
}

_Noreturn void
output_exec(const struct output *output)
{
	extern char **environ;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", output->program);
	if (output->late)
		streams_place(&output->streams);
	syscall(SYS_execveat, output->program, "", output->words, environ,
	    AT_EMPTY_PATH);

	/*
	 * A filter may know the older call only.  That one depends on /proc,
	 * which somebody in the box may have changed: so it comes second.
	 */
	execve(path, output->words, environ);
	err(EXIT_OWN, "execve (does the system call filter refuse it?)");
}

void
output_drop(const struct output *output)
{
	if (output->streams.out[1] == -1)
		return;
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(STDIN_FILENO, fd) == -1)
			err(EXIT_OWN, "dup2");
}

enum told
output_told(struct output *output)
{
	ssize_t n;

	do {
		n = read(output->told[0], (char *)output->word + output->size,
		    sizeof(output->word) - output->size);
		if (n > 0)
			output->size += (size_t)n;
	} while (n > 0 && output->size < sizeof(output->word));
	if (output->size == sizeof(output->word)) {
		errno = output->word[1];
		return TOLD_FAILED;
	}
	if (n == -1)
		return TOLD_PART;
	return output->size == 0 ? TOLD_NOTHING : TOLD_STARTED;
}

int
output_end(struct output *output, int status, const char *command)
{
	fcntl(output->told[0], F_SETFL, O_NONBLOCK);
	if (output_told(output) == TOLD_FAILED)
		warn("%s", command);
	close(output->told[0]);
	streams_close(&output->streams);
	return status;
}
