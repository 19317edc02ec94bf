/*
 * streams.c - standard input, output and error of a command in a box.
 *
 * A descriptor leads to its file, whatever root its holder sees: by way of
 * /proc/self/fd/0 root in a box could open a file that he was to read, and
 * write to it, change the mode of the host's /dev/null, or go on reading from
 * a terminal when the command is long over.  So the box gets pipes, which have
 * nothing behind them, and its parent carries the bytes.
 *
 * Read: pipe(2), "/proc/PID/fd" in proc(5).
 */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <err.h>
#include <fcntl.h>
#include <unistd.h>

#include "exit.h"
#include "streams.h"

#define NO_PIPE        \
	{              \
		-1, -1 \
	}

static void
make_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
}

/* Close it if it is one, and forget it. */
static void
drop(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* A pipe without a name is all there is to it. */
static bool
is_pipe(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
}

static bool
are_same(int one, int two)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(two, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void
streams_none(struct streams *streams)
{
	*streams = (struct streams){ NO_PIPE, NO_PIPE, NO_PIPE };
}

void
streams_log(struct streams *streams)
{
	streams_none(streams);
	make_pipe(streams->out);
	make_pipe(streams->err);
}

void
streams_carry(struct streams *streams, bool input)
{
	streams_none(streams);
	if (input && !is_pipe(STDIN_FILENO))
		make_pipe(streams->in);
	if (!is_pipe(STDOUT_FILENO))
		make_pipe(streams->out);
	if (is_pipe(STDERR_FILENO))
		return;

	/* What goes to one place keeps its order. */
	if (!are_same(STDOUT_FILENO, STDERR_FILENO))
		make_pipe(streams->err);
	else if ((streams->err[1] =
			 fcntl(streams->out[1], F_DUPFD_CLOEXEC, 0)) == -1)
		err(EXIT_OWN, "fcntl: F_DUPFD_CLOEXEC");
}

void
streams_leave(struct streams *streams)
{
	drop(&streams->in[0]);
	drop(&streams->out[1]);
	drop(&streams->err[1]);
}

void
streams_place(const struct streams *streams)
{
	if ((streams->in[0] != -1 &&
		dup2(streams->in[0], STDIN_FILENO) == -1) ||
	    (streams->out[1] != -1 &&
		dup2(streams->out[1], STDOUT_FILENO) == -1) ||
	    (streams->err[1] != -1 &&
		dup2(streams->err[1], STDERR_FILENO) == -1))
		err(EXIT_OWN, "dup2");
}

void
streams_close(struct streams *streams)
{
	streams_leave(streams);
	drop(&streams->in[1]);
	drop(&streams->out[0]);
	drop(&streams->err[0]);
}
