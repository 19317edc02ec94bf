/* hold.h - who holds a box while a person sits in front of it. */

#ifndef HOLD_H
#define HOLD_H

#include <sys/types.h>

#include <stdbool.h>

#include "config.h"

/*
 * Split in two, before there is a box, if it is for a person at a terminal.
 * In the holder, which has a session of its own and no descriptor but the
 * standard ones, it returns -1, and *front is a socket to the other one.  That
 * one stays in front until the box has ended or is left, and gets what its exit
 * status shall be.  Else -1 as well, and -1 in *front.
 */
int hold_split(const struct config *config, int *front);

/*
 * In the holder: hand over the master end of the terminal, and wait for
 * process pid, a child of ours.  It is killed when the front is.  True when it
 * has ended, with *wstatus; false when it was left to us: then the front waits
 * until its socket is closed, and hold_let_go() is called.
 */
bool hold_serve(int front, int master, pid_t pid, int *wstatus);

/* Hold on to nothing of who started us. */
void hold_let_go(void);

/*
 * Both, for a process that nobody can come back to; what it says then is lost.
 * Returns its exit status.
 */
int hold_wait(int front, int master, pid_t pid);

#endif
