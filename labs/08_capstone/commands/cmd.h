/* cmd.h - the commands of box, each in a file cmd_NAME.c. */

#ifndef CMD_H
#define CMD_H

#include <stdbool.h>

#include "state.h"

/*
 * A command gets its own name as argv[0] and returns the exit status of box.
 * On a mistake in its arguments it exits with one line and EXIT_OWN.
 */
int cmd_attach(int argc, char *argv[]);
int cmd_commit(int argc, char *argv[]);
int cmd_cp(int argc, char *argv[]);
int cmd_diff(int argc, char *argv[]);
int cmd_exec(int argc, char *argv[]);
int cmd_info(int argc, char *argv[]);
int cmd_inspect(int argc, char *argv[]);
int cmd_kill(int argc, char *argv[]);
int cmd_logs(int argc, char *argv[]);
int cmd_pause(int argc, char *argv[]);
int cmd_port(int argc, char *argv[]);
int cmd_prune(int argc, char *argv[]);
int cmd_ps(int argc, char *argv[]);
int cmd_rename(int argc, char *argv[]);
int cmd_restart(int argc, char *argv[]);
int cmd_rm(int argc, char *argv[]);
int cmd_run(int argc, char *argv[]);
int cmd_start(int argc, char *argv[]);
int cmd_stats(int argc, char *argv[]);
int cmd_stop(int argc, char *argv[]);
int cmd_top(int argc, char *argv[]);
int cmd_unpause(int argc, char *argv[]);
int cmd_volume(int argc, char *argv[]);
int cmd_wait(int argc, char *argv[]);

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

/*
 * What all others begin with, since who is in a user namespace of its own has
 * no right over a box that is in another: find the state, and let a child
 * process bury the dead if there are any.  Exits on failure.
 */
void cmd_look(struct state *state);

/*
 * Do something for each of the containers that are named in a list ended by
 * NULL.  EXIT_OWN when a name is wrong or act returns -1; the others are done
 * nevertheless.
 */
int cmd_each(struct state *state, char *names[],
    int (*act)(struct state *state, void *arg), void *arg);

/*
 * Send a signal to a container's process 1, surely that.  0, or -1 with one
 * line said unless quiet: it does not run.
 */
int cmd_signal(const struct state *state, int sig, bool quiet);

/* Note that it shall not be started again by itself; -1 as state_edit(). */
int cmd_unwanted(struct state *state);

/*
 * End a container, by its stop signal and after so many seconds by KILL; by
 * KILL at once when that is 0.  When it returns 0 nobody looks after it any
 * more.  -1 with one line said on failure; not running is none.
 */
int cmd_end(struct state *state, unsigned int seconds);

/*
 * Wait until nobody looks after the container.  Its exit status, -1 with one
 * line said on failure.
 */
int cmd_await(struct state *state);

/*
 * The last line of running/ID, which fd is open on: its exit status, once its
 * owner has said it.  -1 before that.
 */
int cmd_said(int fd, int *status);

#endif
