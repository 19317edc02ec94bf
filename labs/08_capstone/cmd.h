/* cmd.h - the commands of box, each in a file cmd_NAME.c. */

#ifndef CMD_H
#define CMD_H

#include <stdbool.h>

#include "state.h"

/*
 * A command gets its own name as argv[0] and returns the exit status of box.
 * On a mistake in its arguments it exits with one line and EXIT_OWN.
 */
int cmd_port(int argc, char *argv[]);
int cmd_prune(int argc, char *argv[]);
int cmd_ps(int argc, char *argv[]);
int cmd_rm(int argc, char *argv[]);
int cmd_run(int argc, char *argv[]);
int cmd_volume(int argc, char *argv[]);

/*
 * What most commands begin with: find the state, become root of a user
 * namespace where there is no privilege, and bury the dead.  Returns whether
 * we are in such a namespace.  Exits with one line on failure.
 */
bool cmd_open(struct state *state);

/*
 * The same, but the user namespace is that of a running container, for who
 * wants to share what belongs to it.  NULL: one of our own.
 */
bool cmd_open_beside(struct state *state, const char *name);

#endif
