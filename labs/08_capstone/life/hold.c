/*
 * hold.c - who holds a box while a person sits in front of it.
 *
 * A person may leave a box, and have the shell back, only if the process that
 * the shell waits for can end.  But process 1 of the box dies with its parent,
 * which also reaps it.  So these are two from the beginning: the parent holds
 * the box, in the background; the other, in front, has the terminal.  The
 * front reads and writes the master end itself, as long as it is there.
 *
 * Read: setsid(2), unix(7), credentials(7) on sessions.
 */

#define _GNU_SOURCE
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "exit.h"
#include "front.h"
#include "hold.h"
#include "monitor.h"
#include "terminal.h"

enum {
	FRONT = 3, /* all else above is closed */
	LAST_WORDS = 1000, /* milliseconds to show them */
};

int
hold_split(const struct config *config, int *front)
{
	int pair[2];
	pid_t pid;

	*front = -1;
	if (!config->tty || !config->interactive || config->detach ||
	    !isatty(STDIN_FILENO))
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		err(EXIT_OWN, "socketpair");
	fflush(NULL);
	signal(SIGCHLD, SIG_DFL); /* else nobody could be waited for */
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid != 0) {
		close(pair[1]);
		return front_run(pair[0], pid, config->detach_keys);
	}
	if (setsid() == -1)
		err(EXIT_OWN, "setsid");
	close(pair[0]);
	if (pair[1] != FRONT && dup2(pair[1], FRONT) == -1)
		err(EXIT_OWN, "dup2");
	fcntl(FRONT, F_SETFD, FD_CLOEXEC);
	closefrom(FRONT + 1);
	*front = FRONT;
	return -1;
}

/* Let the front show what came last, and restore the terminal, before us. */
static void
say_goodbye(int front)
{
	struct pollfd pfd = { .fd = front, .events = POLLIN };

	shutdown(front, SHUT_WR);
	poll(&pfd, 1, LAST_WORDS);
	close(front);
}

bool
hold_serve(int front, int master, pid_t pid, int *wstatus)
{
	struct pollfd pfd[2] = { { .events = POLLIN }, { front, POLLIN, 0 } };
	unsigned char byte;
	sigset_t set;
	ssize_t n;

	monitor_signals(&set);
	pfd[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (pfd[0].fd == -1)
		err(EXIT_OWN, "signalfd");
	if (master != -1)
		fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	if (master != -1 && terminal_send(front, master) == -1)
		kill(pid, SIGKILL);
	for (;;) {
		if (poll(pfd, 2, -1) == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		if (pfd[0].revents != 0 &&
		    monitor_signal(pfd[0].fd, pid, -1, wstatus))
			break;
		if (pfd[1].revents == 0)
			continue;
		n = recv(front, &byte, 1, MSG_DONTWAIT);
		if (n == 1 && byte == FRONT_LEAVES) {
			close(pfd[0].fd);
			return false;
		}
		if (n == 1) {
			monitor_pass(pid, byte);
		} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			kill(pid, SIGKILL);
			pfd[1].fd = -1;
		}
	}
	say_goodbye(front);
	close(pfd[0].fd);
	return true;
}

void
hold_let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null != -1 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	close(null);
	if (chdir("/") == -1)
		warn("/");
}

int
hold_wait(int front, int master, pid_t pid)
{
	int wstatus;

	if (hold_serve(front, master, pid, &wstatus))
		return exit_status(wstatus);
	hold_let_go();
	close(front);
	return monitor_wait(pid, master, false, NULL);
}
