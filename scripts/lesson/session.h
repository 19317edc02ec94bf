/* session.h - a terminal with a shell in it, and when its commands end. */

#ifndef SESSION_H
#define SESSION_H

#include <sys/ioctl.h>
#include <sys/types.h>

#include <stdbool.h>

#include "buf.h"

/* Where the output is, between one mark and the next (see marks.c). */
enum phase {
	PHASE_OUTPUT, /* of a command */
	PHASE_PROMPT, /* D was seen: this is the prompt */
	PHASE_READY, /* B was seen: the shell waits */
};

struct session {
	char name[16];
	pid_t pid; /* of the shell */
	int fd; /* the master of its terminal, or -1 */
	enum phase phase;
	int status; /* of the last command, or -1 if unknown */
	struct buf out; /* since the last thing was sent */
	unsigned int cleared; /* how many times out was begun anew */
	struct buf escape; /* an operating system command, not complete */
	int escape_state;
	bool started; /* it has had a prompt */
	bool raw; /* at the last prompt, another terminal was in front */
	bool echoes; /* and what is typed there comes back */
	bool live; /* a person types: everything is output */
	bool lost; /* it ended, or was killed, before the lesson did */
};

/*
 * Start a shell in a terminal of this size, with the environment shell_setup()
 * made.  Not ready before its first prompt.  Exits on failure.
 */
void session_start(
    struct session *s, const char *name, const struct winsize *size);

/* Read what is there.  False: nothing will ever come again. */
bool session_read(struct session *s);

/* Type a line, or one byte; what comes from now on is its output. */
void session_send(struct session *s, const char *data, size_t len);

/* Which process group has the terminal; -1 if none. */
pid_t session_foreground(const struct session *s);

/* Does a program in front, such as box run -t, take each byte as it comes? */
bool session_is_raw(const struct session *s);

/* Shall the terminal show what is typed?  For a person only. */
void session_echo(const struct session *s, bool on);

/* Forget what it has said. */
void session_clear(struct session *s);

/* Ctrl-C for what runs there; its output goes on. */
void session_interrupt(const struct session *s);

/* Take the terminal away, as a closed window does: SIGHUP for its programs. */
void session_hang_up(struct session *s);

/* The same, after SIGKILL for the shell and what has its terminal. */
void session_kill(struct session *s);

#endif
