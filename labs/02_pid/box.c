/* box.c - start a box that does not outlive its parent, and number it. */

#define _GNU_SOURCE
#include <sys/prctl.h>

#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "exit.h"
#include "file.h"
#include "pid.h"
#include "run.h"
#include "sync.h"

static _Noreturn void
refused(int level)
{
	if (errno == ENOSPC)
		errx(EXIT_OWN,
		    "no PID namespace at level %d: they nest 32 deep at most, "
		    "ours included (or see the sysctl user.max_pid_namespaces)",
		    level);
	if (errno == ENOSYS)
		errx(EXIT_OWN,
		    "clone3: refused by a seccomp filter, as in a container "
		    "(use the virtual machine, make vm)");
	err(EXIT_OWN, "clone3: PID namespace at level %d", level);
}

/*
 * Both sides go on only when they know of each other: the kernel tells
 * nothing about a parent that died before prctl(2), and getppid(2) is 0
 * inside, dead or alive.
 */
pid_t
box_start(int level)
{
	struct sync armed, go;
	pid_t pid;

	sync_open(&armed);
	sync_open(&go);
	fflush(NULL);
	pid = pid_clone_init(-1);
	if (pid == -1)
		refused(level);
	if (pid == 0) {
		/* Lost again by the exec of a set-uid program. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
			err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
		sync_go(&armed);
		if (sync_wait(&go) == -1)
			exit(EXIT_OWN);
		return 0;
	}
	if (sync_wait(&armed) == -1)
		exit(run_wait(pid));
	sync_go(&go);
	return pid;
}

void
box_enter_proc(void)
{
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	pid_mount_proc("/proc");
}

int
box_numbers(pid_t pid, char *buf, size_t size)
{
	char path[64] = "/proc/self/status", line[1024], *word, *rest = line;
	int count = 0;
	FILE *f;

	if (pid != 0)
		file_path(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	do
		if (fgets(line, sizeof(line), f) == NULL)
			errx(EXIT_OWN, "%s: no NSpid", path);
	while (strncmp(line, "NSpid:", 6) != 0);
	fclose(f);

	buf[0] = '\0';
	strsep(&rest, "\t");
	while ((word = strsep(&rest, "\t\n")) != NULL)
		if (word[0] != '\0') {
			if (count++ > 0)
				strlcat(buf, " ", size);
			strlcat(buf, word, size);
		}
	return count;
}
