/* cmd.c - what most commands begin with. */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "exit.h"
#include "explain.h"
#include "join.h"
#include "lookup.h"
#include "process.h"
#include "sweep.h"
#include "userns.h"

bool
cmd_open_beside(struct state *state, const char *name)
{
	bool needed = userns_needed();

	state_open(state);
	if (needed && name != NULL) {
		join_userns(state, name);
	} else if (needed) {
		explain("userns_enter");
		userns_enter();
	}
	sweep(state->home, false);

	/* Or we were in one already: root of no more than that. */
	return needed || userns_inside();
}

bool
cmd_open(struct state *state)
{
	return cmd_open_beside(state, NULL);
}

void
cmd_look(struct state *state)
{
	void (*on_child)(int);
	pid_t pid;

	state_open(state);
	if (!sweep_needed(state->home))
		return;
	on_child = signal(SIGCHLD, SIG_DFL);
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0) {
		if (userns_needed())
			userns_enter();
		sweep(state->home, false);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	signal(SIGCHLD, on_child);
}

int
cmd_each(struct state *state, char *names[],
    int (*act)(struct state *state, void *arg), void *arg)
{
	int status = 0;

	for (; *names != NULL; names++)
		if (find_container(state, *names) == -1 ||
		    act(state, arg) == -1)
			status = EXIT_OWN;
	return status;
}

int
cmd_signal(const struct state *state, int sig, bool quiet)
{
	int fd = find_process(state), result = -1;

	if (fd != -1) {
		result = process_signal(fd, sig);
		close(fd);
	}
	if (result == -1 && errno == ESRCH && !quiet)
		warnx("%s is not running (box start %s)", state->name,
		    state->name);
	else if (result == -1 && errno != ESRCH)
		warn("%s", state->name);
	return result;
}
