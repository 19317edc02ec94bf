/*
 * sysctl.c - the kernel's knobs that a box has for itself.
 *
 * /proc/sys looks like one tree.  But some of its files show and change what
 * belongs to a namespace of who opens them; and the rest, the machine.
 * Read: proc(5), network_namespaces(7), ipc_namespaces(7), mq_overview(7).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "inside.h"
#include "sysctl.h"

/* Those of the IPC namespace; a name that ends in "/" has all below it. */
static const char *const ours[] = {
	"fs/mqueue/",
	"kernel/auto_msgmni",
	"kernel/msgmax",
	"kernel/msgmnb",
	"kernel/msgmni",
	"kernel/sem",
	"kernel/shm_rmid_forced",
	"kernel/shmall",
	"kernel/shmmax",
	"kernel/shmmni",
	"net/",
};

static bool
is_ours(const char *path)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		size_t len = strlen(ours[i]);

		if (ours[i][len - 1] == '/' ? strncmp(path, ours[i], len) == 0
					    : strcmp(path, ours[i]) == 0)
			return true;
	}
	return false;
}

/*
 * "net.ipv4.ip_forward" and "net/ipv4/ip_forward" are the same.  Where the
 * first separator is a slash, dots are part of names, as in "eth0.100".
 */
static void
make_path(char *name)
{
	if (name[strcspn(name, "./")] == '/')
		return;
	for (; *name != '\0'; name++)
		if (*name == '.' || *name == '/')
			*name = *name == '.' ? '/' : '.';
}

/* Without "..", "." or nothing between two slashes. */
static bool
is_plain(const char *path)
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (path[len] == '\0')
			return true;
	}
}

void
sysctl_parse(const char *text, struct sysctl *sysctl)
{
	char *path = strdup(text), *value;

	if (path == NULL)
		err(EXIT_OWN, "strdup");
	value = strchr(path, '=');
	if (value == NULL || value == path)
		errx(EXIT_OWN, "--sysctl %s: not NAME=VALUE", text);
	*value++ = '\0';
	make_path(path);
	if (!is_plain(path))
		errx(EXIT_OWN, "--sysctl %s: not a name of /proc/sys", text);
	if (!is_ours(path))
		errx(EXIT_OWN,
		    "--sysctl %s: is the whole machine's (a box has net.*, "
		    "fs.mqueue.* and kernel.{msg*,sem,shm*} for itself)",
		    text);
	*sysctl = (struct sysctl){ path, value };
}

int
sysctl_check(const struct config *config, enum network kind)
{
	if (kind != NETWORK_HOST)
		return 0;
	for (size_t i = 0; i < config->sysctl_count; i++)
		if (strncmp(config->sysctls[i].path, "net/", 4) == 0) {
			warnx("--sysctl %s: with --network %s%s it is the "
			      "host's",
			    config->sysctls[i].path,
			    config->network_of == NULL ? "host" : "container:",
			    config->network_of == NULL ? ""
						       : config->network_of);
			return -1;
		}
	return 0;
}

int
sysctl_open(int root, const struct config *config)
{
	int dir;

	if (config->sysctl_count == 0)
		return -1;
	dir = inside_exact(root, "/proc/sys");
	if (dir == -1)
		err(EXIT_OWN, "/proc/sys");
	return dir;
}

static void
set(int dir, const struct sysctl *sysctl)
{
	size_t len = strlen(sysctl->value);
	int fd = openat(dir, sysctl->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		err(EXIT_OWN, "--sysctl %s", sysctl->path);
	if (write(fd, sysctl->value, len) != (ssize_t)len)
		err(EXIT_OWN, "--sysctl %s=%s", sysctl->path, sysctl->value);
	close(fd);
}

void
sysctl_set(int dir, const struct config *config)
{
	if (dir == -1)
		return;
	explain("sysctl_set");
	for (size_t i = 0; i < config->sysctl_count; i++)
		set(dir, &config->sysctls[i]);
	close(dir);
}
