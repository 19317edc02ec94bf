/*
 * init.c - what process 1 owes the others.
 *
 * pid.h says what each function shall do; the lesson is README.md.  Process 1
 * waits for every process whose parent has gone, and passes signals on.
 *
 * Read: pid_namespaces(7), signal(7), sigprocmask(2), sigwaitinfo(2),
 * waitpid(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "pid.h"

/* Called before the fork, in the process that will be init. */
void
pid_block_signals(sigset_t *old)
{
	/*
	 * A blocked signal is not lost: it stays pending until somebody takes
	 * it.  Which signals may come while the command runs?  The command
	 * gets the old mask back, so it must be in *old.
	 *
	 * signal(7) says what exec leaves as it is.  If our caller ignores
	 * CHLD, so do we, and waitpid(2) says in its notes what the kernel
	 * then does with exit statuses.
	 */
	(void)old;
	errx(EXIT_OWN, "pid_block_signals: not written yet");
}

/* Returns the exit status of child, and not before child has died. */
int
pid_init(pid_t child)
{
	/*
	 * Take one signal after the other, in a loop.  There are two kinds.
	 *
	 * CHLD: somebody has died, child or an orphan.  Signals do not queue:
	 * when two die at once, one CHLD comes.  So wait for how many?  And
	 * for whom, if the orphans are to be taken too?  Whose status is it
	 * that counts?  exit_status() in exit.h turns what waitpid(2) stores
	 * into the number to return.
	 *
	 * Any other: child shall have it, but for those that pid.h names.
	 * Begin with TERM.  The terminal's signals come last; siginfo_t says
	 * who sent one.
	 */
	(void)child;
	errx(EXIT_OWN, "pid_init: not written yet");
}
