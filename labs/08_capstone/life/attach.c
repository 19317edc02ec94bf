/* attach.c - the way to the terminal of a detached container.  See unix(7). */

#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "attach.h"
#include "terminal.h"

/*
 * A path in an address has room for 107 bytes, and a state directory may be
 * anywhere: so the directory is opened, and named by its descriptor.
 */
static int
make_address(const char *dir, struct sockaddr_un *address)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path),
	    "/proc/self/fd/%d/attach", fd);
	return fd;
}

int
attach_listen(const char *dir)
{
	struct sockaddr_un address;
	int fd = make_address(dir, &address), listener;

	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd != -1)
		unlink(address.sun_path);
	if (fd == -1 || listener == -1 ||
	    bind(listener, (const struct sockaddr *)&address,
		sizeof(address)) == -1 ||
	    listen(listener, 1) == -1) {
		warn("%s/attach", dir);
		if (listener != -1)
			close(listener);
		listener = -1;
	}
	if (fd != -1)
		close(fd);
	return listener;
}

void
attach_end(const char *dir, int listener)
{
	struct sockaddr_un address;
	int fd = make_address(dir, &address);

	if (fd == -1)
		return;
	unlink(address.sun_path);
	close(fd);
	close(listener);
}

int
attach_accept(int listener, int master)
{
	int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (client == -1 || terminal_send(client, master) == 0)
		return client;
	close(client);
	return -1;
}

void
attach_say(int client, const char *text, size_t n)
{
	/* EPIPE: poll(2) will tell of that as well. */
	if (send(client, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
		return;
}

int
attach_connect(const char *dir)
{
	struct sockaddr_un address;
	int fd = make_address(dir, &address), client, saved;

	if (fd == -1)
		return -1;
	client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client != -1 &&
	    connect(client, (const struct sockaddr *)&address,
		sizeof(address)) == -1) {
		saved = errno;
		close(client);
		client = -1;
		errno = saved;
	}
	close(fd);
	return client;
}
