/* output.h - how a box's command starts, and where its output goes. */

#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "streams.h"

struct output {
	int told[2]; /* what launch.c tells; its writing end is the box's */
	struct streams streams;
	bool late; /* until the exec messages of ours go to the caller */
	int program; /* launch.c in memory, from output_ready() on */
	char **words; /* its arguments */
	int word[2]; /* so much has been told: 0, and perhaps an errno */
	size_t size; /* bytes of it */
};

/* What has become of the command; TOLD_PART: not all of it is known yet. */
enum told {
	TOLD_PART,
	TOLD_STARTED,
	TOLD_FAILED, /* errno says why */
	TOLD_NOTHING, /* the box died before */
};

/* Before the clone: make the pipes, those for a log if log.  Exits on error. */
void output_open(struct output *output, const struct config *config, bool log);

/* After it, in the parent: the writing ends are the box's alone. */
void output_leave(struct output *output);

/*
 * In the box, before its limits and its system call filter: do all that can be
 * done beforehand to become this command, found in PATH like a shell does.
 * lock is closed when the command has been executed, or is -1.  Exits on
 * failure.
 */
void output_ready(struct output *output, int lock, char *const argv[]);

/*
 * Become the command, by way of launch.c.  What goes wrong is told to the
 * parent.  The signal mask is the caller's care.  The filter must allow dup2
 * where there is a log, execve (execveat is tried first), fcntl, write, and
 * exit_group for a failure.
 */
_Noreturn void output_exec(const struct output *output);

/* In an init, which says nothing: where there is a log, hold on to no more. */
void output_drop(const struct output *output);

/* In the parent: has it been executed?  Blocks unless told[0] does not. */
enum told output_told(struct output *output);

/*
 * In the parent, when the box has ended with this status: say why its command
 * could not be executed, if so, and close all.  Returns the exit status.
 */
int output_end(struct output *output, int status, const char *command);

#endif
