/* exit.c - from a wait status to an exit status.  See waitpid(2). */

#include <sys/wait.h>

#include "exit.h"

int
exit_status(int wstatus)
{
	if (WIFSIGNALED(wstatus))
		return EXIT_SIGNAL + WTERMSIG(wstatus);
	return WEXITSTATUS(wstatus);
}
