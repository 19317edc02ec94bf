/*
 * terminal.c - a terminal for the box, and the caller's in front of it.
 *
 * A pseudoterminal is a pair: what is written to the master is typed on the
 * slave.  The slave is made in the box's own /dev/pts, so that its name there
 * is right; the master goes to the host.  The caller's terminal is set to
 * raw, for it is the box's that shall echo, edit and turn ^C into a signal.
 * Read: pty(7), pts(4), termios(3), ioctl_tty(2), unix(7) on SCM_RIGHTS.
 */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <linux/openat2.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "exit.h"
#include "terminal.h"

static struct termios saved;
static bool is_raw;

/* A descriptor travels as ancillary data beside at least one byte. */
union control {
	struct cmsghdr header;
	char buf[CMSG_SPACE(sizeof(int))];
};

int
terminal_send(int socket, int fd)
{
	union control control = { 0 };
	struct iovec byte = { .iov_base = (char[]){ 't' }, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(int));
	return sendmsg(socket, &message, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

static int
receive_descriptor(int socket)
{
	union control control = { 0 };
	char byte;
	struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	const struct cmsghdr *header;
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header == NULL || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(int));
	return fd;
}

void
terminal_resize(int master)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(master, TIOCSWINSZ, &size);
}

/*
 * Open the two ends.  Who runs in the box may have put anything in this place
 * by now, so nothing but what the kernel says is believed.
 */
static int
open_pair(int *slave)
{
	struct open_how how = {
		.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	struct stat st;
	int master, unlock = 0;

	master = (int)syscall(
	    SYS_openat2, AT_FDCWD, "/dev/pts/ptmx", &how, sizeof(how));
	if (master == -1 || fstat(master, &st) == -1 ||
	    ioctl(master, TIOCSPTLCK, &unlock) == -1)
		err(EXIT_OWN, "/dev/pts/ptmx");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2))
		errx(EXIT_OWN, "/dev/pts/ptmx in the box is something else");

	/* By the descriptor, not by a name. */
	*slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave == -1)
		err(EXIT_OWN, "TIOCGPTPEER");
	return master;
}

int
terminal_make(int socket, uid_t uid)
{
	int slave, master = open_pair(&slave);

	/* EINVAL: no such user here, as user_become() is about to say. */
	if (fchown(slave, uid, (gid_t)-1) == -1 && errno != EINVAL)
		err(EXIT_OWN, "chown: /dev/pts");

	/* Our streams are still the caller's.  Before the command can ask. */
	terminal_resize(master);
	if (terminal_send(socket, master) == -1)
		err(EXIT_OWN, "sendmsg: terminal");
	close(master);
	return slave;
}

void
terminal_use(int slave)
{
	if (ioctl(slave, TIOCSCTTY, 0) == -1)
		err(EXIT_OWN, "TIOCSCTTY");
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(slave, fd) == -1)
			err(EXIT_OWN, "dup2: terminal");
	close(slave);
}

void
terminal_give(int socket, uid_t uid)
{
	int slave = terminal_make(socket, uid);
	char name[32];

	if (ttyname_r(slave, name, sizeof(name)) != 0)
		err(EXIT_OWN, "ttyname");
	close(open("/dev/console", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	if (mount(name, "/dev/console", NULL, MS_BIND, NULL) == -1)
		err(EXIT_OWN, "mount: /dev/console");
	terminal_use(slave);
}

void
terminal_restore(void)
{
	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	is_raw = false;
}

void
terminal_raw(void)
{
	static bool once;
	struct termios raw;

	/* Who continued us may have changed it: but not if it is still ours. */
	if (!is_raw && tcgetattr(STDIN_FILENO, &saved) == -1)
		return;
	if (!once)
		atexit(terminal_restore);
	once = true;
	raw = saved;
	cfmakeraw(&raw);
	is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

int
terminal_take(int socket)
{
	int master = receive_descriptor(socket);

	if (master != -1)
		terminal_resize(master);
	return master;
}
