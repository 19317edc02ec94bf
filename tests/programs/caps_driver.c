/*
 * caps_driver - lab 07's functions for capabilities, called as the program
 * does not call them.
 *
 * usage: caps_driver bound	bound, change the user, keep; as "cat" sees it
 *        caps_driver keep	keep, as it is before the next execve
 *        caps_driver load	keep nothing, then load a filter
 */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "seccomp.h"

#define SOME 0x21 /* CAP_CHOWN and CAP_KILL */

static void
bound(void)
{
	caps_bound(SOME);
	if (setresuid(65534, 65534, 65534) == -1)
		err(1, "setresuid");
	caps_keep(SOME);
	execlp("cat", "cat", "/proc/self/status", NULL);
	err(1, "cat");
}

static void
keep(void)
{
	char line[256];
	FILE *f;

	caps_keep(SOME);
	if ((f = fopen("/proc/self/status", "r")) == NULL)
		err(1, "/proc/self/status");
	while (fgets(line, sizeof(line), f) != NULL)
		fputs(line, stdout);
	fclose(f);
}

static void
load(void)
{
	struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };

	if (seccomp_build(NULL, 0, SECCOMP_RET_ALLOW, &program) == -1)
		err(1, "seccomp_build");
	caps_keep(0);
	seccomp_load(&program);
}

int
main(int argc, char *argv[])
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "bound") == 0)
		bound();
	else if (strcmp(what, "keep") == 0)
		keep();
	else if (strcmp(what, "load") == 0)
		load();
	else
		errx(2, "usage: caps_driver bound|keep|load");
	return 0;
}
