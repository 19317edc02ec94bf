/* sync.c - the go-pipe.  See pipe2(2) and pipe(7). */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "exit.h"
#include "sync.h"

void
sync_open(struct sync *s)
{
	if (pipe2(s->fd, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
}

void
sync_go(struct sync *s)
{
	/*
	 * Our own reading end is still open, so that a listener that died
	 * costs us no SIGPIPE.
	 */
	if (write(s->fd[1], "g", 1) == -1)
		err(EXIT_OWN, "write: go-pipe");
	sync_close(s);
}

int
sync_wait(struct sync *s)
{
	char go;
	ssize_t n;

	/* As long as we hold a writing end, end-of-file cannot come. */
	close(s->fd[1]);
	do
		n = read(s->fd[0], &go, 1);
	while (n == -1 && errno == EINTR);
	close(s->fd[0]);
	return n == 1 ? 0 : -1;
}

void
sync_close(struct sync *s)
{
	close(s->fd[0]);
	close(s->fd[1]);
}
