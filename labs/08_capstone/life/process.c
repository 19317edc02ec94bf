/* process.c - a process by its number, and surely that one. */

#define _GNU_SOURCE
#include <sys/syscall.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "process.h"

/* The fields of /proc/PID/stat from the third on; the name may hold spaces. */
static const char *
read_stat(pid_t pid, char *text, size_t size)
{
	char path[64];
	const char *after;

	file_path(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read(path, text, size) == -1)
		return NULL;
	after = strrchr(text, ')');
	return after == NULL ? NULL : after + 1;
}

uint64_t
process_start(pid_t pid)
{
	char text[1024];
	const char *fields = read_stat(pid, text, sizeof(text));
	uint64_t start;

	if (fields == NULL ||
	    sscanf(fields,
		" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d "
		"%*d %*d %*d %*d %*d %" SCNu64,
		&start) != 1)
		return 0;
	return start;
}

pid_t
process_parent(pid_t pid)
{
	char text[1024];
	const char *fields = read_stat(pid, text, sizeof(text));
	int parent;

	if (fields == NULL || sscanf(fields, " %*c %d", &parent) != 1)
		return -1;
	return parent;
}

int
process_open(uint64_t pid, uint64_t start)
{
	int fd = -1;

	errno = ESRCH;
	if (pid == 0 || pid > INT_MAX)
		return -1;
	fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (fd == -1)
		return -1;
	if (process_start((pid_t)pid) == start)
		return fd;
	close(fd);
	errno = ESRCH;
	return -1;
}

int
process_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int
process_wait(int pidfd, int milliseconds)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	int n;

	do
		n = poll(&pfd, 1, milliseconds);
	while (n == -1 && errno == EINTR);
	return n == 1;
}
