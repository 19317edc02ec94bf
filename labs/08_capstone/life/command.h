/* command.h - what the command of a box finds when it starts. */

#ifndef COMMAND_H
#define COMMAND_H

#include "config.h"
#include "user.h"

/*
 * First thing in the box: a session and a keyring of its own, and nobody may
 * trace this process or read its memory before it is the command.
 */
void command_detach(void);

/*
 * After pivot_root, while still root: environment, working directory, and
 * standard input.  Closes every other descriptor at exec.  Exits on failure.
 */
void command_prepare(const struct config *config, const struct user *user);

#endif
