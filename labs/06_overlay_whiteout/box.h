/* box.h - a box of lab 06, and the parent that stays to clean up after it. */

#ifndef BOX_H
#define BOX_H

#include <sys/types.h>

#include <signal.h>

/* Get privilege: a plain user needs a user namespace, and is root in there. */
void become_able(void);

/* A mount namespace whose mounts nobody else sees; they die with the box. */
void enter_mount_namespace(void);

/*
 * Like fork(2), but the child dies with its parent, which blocks the signals
 * that would end it, and says which in *signals.  Exits on failure.
 */
pid_t box_fork(sigset_t *signals);

/* Pass those signals on to the child until it ends; its exit status. */
int box_wait(pid_t pid, const sigset_t *signals);

#endif
