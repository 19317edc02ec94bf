/* exit.h - what the exit status of a lab or of box means. */

#ifndef EXIT_H
#define EXIT_H

/*
 * The numbers that env(1), timeout(1) and every container runner share, so
 * that a caller can tell "the box failed" from "the command failed".
 */
enum {
	EXIT_CLAIM = 1, /* a demonstration found a claim false */
	EXIT_OWN = 125, /* we failed before the command started */
	EXIT_NOEXEC = 126, /* the command was found but cannot run */
	EXIT_NOTFOUND = 127, /* the command does not exist */
	EXIT_SIGNAL = 128, /* plus n: the command died of signal n */
};

/* Turn a status from waitpid(2) into an exit status of our own. */
int exit_status(int wstatus);

#endif
