/* sync.h - the go-pipe: a child waits until its parent says go. */

#ifndef SYNC_H
#define SYNC_H

/*
 * One byte means "go"; end-of-file means that the other side died first.  A
 * pipe never loses the wake-up and never waits too long, which no sleep(3)
 * can promise.
 *
 *	sync_open(&ready);		before the fork
 *	sync_go(&ready);		on the side that speaks, once
 *	if (sync_wait(&ready) == -1)	on the side that listens, once
 */
struct sync {
	int fd[2];
};

/* Make the pipe, close-on-exec.  Exits on failure. */
void sync_open(struct sync *s);

/* Say go, and close both ends.  Harmless when the listener is gone. */
void sync_go(struct sync *s);

/* Wait for go, and close both ends.  -1: the speaker died without a word. */
int sync_wait(struct sync *s);

/* Close both ends: the listener, if any, reads end-of-file. */
void sync_close(struct sync *s);

#endif
