/* run.h - run a command, with the exit status the shell would give. */

#ifndef RUN_H
#define RUN_H

#include <sys/types.h>

/*
 * Replace the caller by argv[0], searched in PATH.  Does not return: exits
 * 127 when there is no such command, 126 when there is but it cannot run.
 */
_Noreturn void run_exec(char *const argv[]);

/*
 * Wait for a child through interruptions; its exit status, 128 + n when
 * signal n killed it.  Exits when pid is not a child.
 */
int run_wait(pid_t pid);

/* Fork, run_exec() in the child, run_wait() in the parent. */
int run_command(char *const argv[]);

#endif
