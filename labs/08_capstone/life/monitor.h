/* monitor.h - what the parent does while the box runs. */

#ifndef MONITOR_H
#define MONITOR_H

#include <sys/types.h>

#include <signal.h>
#include <stdbool.h>

#include "streams.h"

/*
 * Hold back the signals that monitor_wait() will hand on, so that none is
 * lost in between, and see to it that the box's end is told: call it before
 * the box is made.  The box restores *old before it executes its command.
 */
void monitor_block(sigset_t *old);

/* The signals in question. */
void monitor_signals(sigset_t *set);

/*
 * For who has a loop of their own: take one signal from fd, a signalfd(2) of
 * these, as monitor_wait() does.  Has process pid ended, with *wstatus?
 */
bool monitor_signal(int fd, pid_t pid, int master, int *wstatus);

/* Hand a signal on to process pid, or kill it when it was asked too often. */
void monitor_pass(pid_t pid, int sig);

/*
 * Wait for the box's process 1 and return its exit status, or EXIT_OWN in
 * place of 0 if its output could not be written.  Meanwhile hand every signal
 * on to it, and carry bytes between the caller and the box: with master != -1
 * its terminal's and window sizes, input only if interactive; else through its
 * streams, as far as they are pipes.
 */
int monitor_wait(
    pid_t pid, int master, bool interactive, struct streams *streams);

/* All who wrote to these streams are dead: hand on what they left in them. */
void monitor_drain(struct streams *streams);

#endif
