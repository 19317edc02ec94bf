/* run.c - run a command.  See execvp(3) and waitpid(2). */

#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "exit.h"
#include "run.h"

_Noreturn void
run_exec(char *const argv[])
{
	execvp(argv[0], argv);
	if (errno == ENOENT || errno == ENOTDIR)
		err(EXIT_NOTFOUND, "%s", argv[0]);
	err(EXIT_NOEXEC, "%s", argv[0]);
}

int
run_wait(pid_t pid)
{
	int wstatus;

	while (waitpid(pid, &wstatus, 0) == -1)
		if (errno != EINTR)
			err(EXIT_OWN, "waitpid %d", pid);
	return exit_status(wstatus);
}

int
run_command(char *const argv[])
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		run_exec(argv);
	return run_wait(pid);
}
