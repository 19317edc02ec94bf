/*
 * session.c - a terminal with a shell in it.
 *
 * The terminal does not echo, so that all that comes out of it is output.
 * Read: forkpty(3), termios(3), tcgetpgrp(3), PR_SET_PDEATHSIG in prctl(2).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "exit.h"
#include "marks.h"
#include "session.h"
#include "shell.h"

/*
 * What we, or who started us, ignore is not the shell's.  glibc keeps two
 * signals for itself and refuses them, and make ignores those as well: so ask
 * the kernel, for whom an action of zeros is the default.
 */
static void
default_signals(void)
{
	static const unsigned long action[8];

	for (int n = 1; n < NSIG; n++)
		(void)syscall(SYS_rt_sigaction, n, action, NULL, NSIG / 8);
}

void
session_start(struct session *s, const char *name, const struct winsize *size)
{
	struct winsize copy = *size;
	sigset_t none;

	*s = (struct session){ .fd = -1, .phase = PHASE_OUTPUT };
	snprintf(s->name, sizeof(s->name), "%s", name);
	fflush(NULL);
	s->pid = forkpty(&s->fd, NULL, NULL, &copy);
	if (s->pid == -1)
		err(EXIT_OWN, "forkpty");
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		default_signals();
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		shell_exec();
	}
	session_echo(s, false);
	if (fcntl(s->fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(s->fd, F_SETFL, O_NONBLOCK) == -1)
		err(EXIT_OWN, "fcntl: terminal");
}

bool
session_read(struct session *s)
{
	char data[8192];
	ssize_t n = read(s->fd, data, sizeof(data));

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* EIO: nobody has the other end open any more. */
	if (n <= 0)
		return false;
	marks_read(s, data, (size_t)n);
	return true;
}

void
session_clear(struct session *s)
{
	buf_clear(&s->out);
	s->cleared++;
}

void
session_send(struct session *s, const char *data, size_t len)
{
	ssize_t n;

	session_clear(s);
	s->phase = PHASE_OUTPUT;
	while (len > 0) {
		n = write(s->fd, data, len);
		if (n == -1 && errno == EINTR)
			continue;
		/* Full, because nobody reads: the wait for it will tell. */
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

pid_t
session_foreground(const struct session *s)
{
	return tcgetpgrp(s->fd);
}

bool
session_is_raw(const struct session *s)
{
	struct termios mode;

	return tcgetattr(s->fd, &mode) == 0 && (mode.c_lflag & ICANON) == 0;
}

void
session_echo(const struct session *s, bool on)
{
	struct termios mode;

	if (tcgetattr(s->fd, &mode) == -1)
		return;
	mode.c_lflag &= ~(tcflag_t)ECHO;
	if (on)
		mode.c_lflag |= ECHO;
	tcsetattr(s->fd, TCSANOW, &mode);
}

void
session_interrupt(const struct session *s)
{
	static const char key = 'C' & 0x1f;

	/* A terminal that takes no more has nobody who reads it. */
	(void)!write(s->fd, &key, 1);
}

void
session_hang_up(struct session *s)
{
	if (s->fd == -1)
		return;
	close(s->fd);
	buf_free(&s->out);
	buf_free(&s->escape);
	s->fd = -1;
}

void
session_kill(struct session *s)
{
	pid_t front;

	if (s->fd == -1)
		return;
	front = session_foreground(s);
	if (front > 1)
		kill(-front, SIGKILL);
	if (s->pid > 0)
		kill(s->pid, SIGKILL);
	session_hang_up(s);
}
