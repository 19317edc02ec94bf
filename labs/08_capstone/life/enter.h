/* enter.h - one more process for a box that runs. */

#ifndef ENTER_H
#define ENTER_H

#include <signal.h>

#include "config.h"
#include "state.h"

/*
 * Run config's command in the box of state, and return its exit status.  It
 * gets all that the box's own command has, and not more: every namespace, the
 * cgroup, capabilities, filter and user.  pidfd is the box's process 1, or
 * with an init that cannot be looked at, one below it; pid its number.  The
 * caller has called monitor_block(), and signals is the mask that the command
 * starts with.  With config->detach it returns 0 as soon as the command has
 * been executed; else the command dies with the caller.
 *
 * Needs CAP_SYS_ADMIN over the namespaces: root has it, and so has a plain
 * user who has not entered another user namespace, over boxes of his own.
 */
int enter_run(struct config *config, const struct state *state, int pidfd,
    pid_t pid, const sigset_t *signals);

#endif
