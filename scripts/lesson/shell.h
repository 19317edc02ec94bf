/* shell.h - the shell of a session, and the place where it starts. */

#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>

/* Where all that a lesson writes is, on a /run of its own. */
#define LESSON_DIR "/run/lesson"

/*
 * Make the home directory that all sessions share, and what their shells read
 * at the start; and set the environment, with the programs in bin first on
 * PATH and TERM as given.  Without real root, box is run as a plain user.
 * Exits on failure.
 */
void shell_setup(const char *bin, const char *term, bool real_root);

/* Become a shell, in the terminal that is the standard streams. */
_Noreturn void shell_exec(void);

#endif
