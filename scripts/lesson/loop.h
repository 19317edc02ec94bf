/* loop.h - the one place where the engine waits. */

#ifndef LOOP_H
#define LOOP_H

#include <sys/ioctl.h>

#include <stdbool.h>

#include "session.h"

/* What loop_wait() saw, or'ed. */
enum {
	LOOP_OUTPUT = 1, /* a session has said something, or has ended */
	LOOP_KEY = 2, /* there is something to read from the keyboard */
	LOOP_RESIZE = 4, /* the window has another size */
	LOOP_QUIT = 8, /* a signal asks us to end */
};

struct loop {
	struct session **session;
	size_t count;
	struct winsize size; /* of the terminals */
	bool named; /* the session's name is shown in front of each line */
	int keyboard; /* or -1 */
	int signals; /* of signalfd(2) */
};

/* Take signals from now on. */
void loop_open(struct loop *loop, int keyboard);

/* Wait for at most ms milliseconds (-1: for ever), and read what is there. */
int loop_wait(struct loop *loop, int ms);

/* Milliseconds since some time in the past. */
long loop_now(void);

/* The session of that name, which is started when it does not run. */
struct session *loop_session(struct loop *loop, const char *name);

/* Tell the session's terminal its size, less what stands before a line. */
void loop_fit(const struct loop *loop, const struct session *s);

/*
 * End all that the lesson started.  patiently: what has made groups and the
 * like on this machine first has the time to remove them.
 */
void loop_close(struct loop *loop, bool patiently);

#endif
