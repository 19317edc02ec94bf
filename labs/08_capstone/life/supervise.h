/* supervise.h - who waits for a container that nobody waits for. */

#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <sys/types.h>

#include <signal.h>
#include <stdbool.h>

#include "config.h"
#include "image.h"
#include "output.h"
#include "state.h"

/*
 * Split in two, before there is a container.  In the supervisor, a process with
 * a session of its own, it returns -1, and state->tell leads to the other one.
 * That one waits until the command has been executed, prints the container's
 * id, and gets what its exit status shall be.  Call it with one thread.
 */
int supervise_split(struct state *state);

/*
 * In the supervisor: run the container, and again as its restart policy says,
 * then release state.  Returns the last exit status.
 */
int supervise(const struct config *config, const struct image *image,
    struct state *state, bool rootless, const sigset_t *signals);

/*
 * In place of monitor_wait(): tell that the command has started, wait for
 * process pid, and keep a log meanwhile, of master if that is not -1.
 */
int supervise_wait(
    struct state *state, struct output *output, pid_t pid, int master);

/*
 * The same for a box that a person sits in front of: see hold.h.  Once that
 * one has left, it is a detached one.
 */
int supervise_held(
    struct state *state, struct output *output, pid_t pid, int master);

#endif
