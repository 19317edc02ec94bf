/*
 * command.c - what the command of a box finds when it starts.
 *
 * Read: setsid(2), keyctl(2), environ(7), close_range(2), path_resolution(7).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/close_range.h>
#include <linux/keyctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "exit.h"
#include "inside.h"

#define DEFAULT_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

void
command_detach(void)
{
	/* No terminal of the host can send us signals, or be our own. */
	if (setsid() == -1)
		err(EXIT_OWN, "setsid");

	/* Until exec we hold more than the box may see: see ptrace(2). */
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		err(EXIT_OWN, "PR_SET_DUMPABLE");

	/* Keys are not in any namespace.  A kernel may lack them altogether. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 &&
	    errno != ENOSYS && errno != EDQUOT)
		err(EXIT_OWN, "keyctl: session keyring");
}

/* Who looks at us before exec, or at an init that stays, finds none either. */
static void
forget_environment(char **strings)
{
	for (; *strings != NULL; strings++)
		explicit_bzero(*strings, strlen(*strings));
}

/* None of the caller's variables: they may hold what is no one's business. */
static void
set_environment(const struct config *config, const struct user *user)
{
	extern char **environ;
	char **given = environ;
	const char *term = getenv("TERM");
	char *copy = term != NULL ? strdup(term) : NULL;

	clearenv();
	setenv("PATH", DEFAULT_PATH, 1);
	setenv("HOSTNAME", config->hostname, 1);
	setenv("HOME", user->home, 1);
	if (config->tty)
		setenv("TERM", copy != NULL ? copy : "xterm", 1);
	for (size_t i = 0; i < config->environment_count; i++)
		putenv(config->environment[i]);
	free(copy);
	forget_environment(given);
}

static void
enter_workdir(const char *dir)
{
	char here[PATH_MAX];
	int root, fd;

	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root == -1)
		err(EXIT_OWN, "/");
	fd = inside_reach(root, dir, true);
	if (fd == -1 || fchdir(fd) == -1)
		err(EXIT_OWN, "-w %s", dir);
	close(fd);
	close(root);

	/* A directory that is not below "/" would be a way out of the box. */
	if (getcwd(here, sizeof(here)) == NULL || here[0] != '/')
		errx(EXIT_OWN, "-w %s: not in the box", dir);
}

void
command_prepare(const struct config *config, const struct user *user)
{
	int null;

	set_environment(config, user);
	enter_workdir(config->workdir);
	if (!config->interactive && !config->tty) {
		null = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (null == -1 || dup2(null, STDIN_FILENO) == -1)
			err(EXIT_OWN, "/dev/null");
	}
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == -1 &&
	    errno != ENOSYS && errno != EINVAL)
		err(EXIT_OWN, "close_range");
}
