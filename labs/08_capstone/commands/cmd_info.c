/*
 * cmd_info.c - "box info": what this machine can do, and box on it.
 *
 * What can be tried without leaving a trace is tried, in a child process; the
 * rest is what the kernel says of itself.
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <linux/seccomp.h>

#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "json.h"
#include "lookup.h"
#include "options.h"
#include "userns.h"

struct counts {
	uint64_t running, paused, restarting, ended;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, "for a program to read", NULL, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

static void
count(const struct state *state, void *arg)
{
	struct counts *counts = arg;

	if (state->facts.paused)
		counts->paused++;
	if (strcmp(state->facts.phase, "running") == 0)
		counts->running++;
	else if (strcmp(state->facts.phase, "restarting") == 0)
		counts->restarting++;
	else
		counts->ended++;
}

/* Does the kernel let us have these namespaces? */
static bool
may_unshare(int flags)
{
	int wstatus;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(unshare(flags) == 0 ? 0 : 1);
	return pid != -1 && waitpid(pid, &wstatus, 0) == pid && wstatus == 0;
}

static bool
has_filesystem(const char *name)
{
	char line[128], *last;
	bool found = false;
	FILE *f = fopen("/proc/filesystems", "re");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		last = strrchr(line, '\t');
		found |= last != NULL && strcmp(last + 1, name) == 0;
	}
	if (f != NULL)
		fclose(f);
	return found;
}

static bool
has_seccomp(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool
in_path(const char *program)
{
	char *path = options_copy(getenv("PATH") != NULL ? getenv("PATH") : "");
	char *dir, *rest = path, name[PATH_MAX];
	bool found = false;

	while (!found && (dir = strsep(&rest, ":")) != NULL) {
		file_path(name, sizeof(name), "%s/%s", dir, program);
		found = access(name, X_OK) == 0;
	}
	free(path);
	return found;
}

/* The version of a controller, and whether we may make a group there. */
static void
put_cgroup(struct json *root)
{
	static const char *const controllers[] = { "memory", "cpu", "pids",
		"cpuset", "freezer" };
	struct json *to = json_put(root, "Cgroup", json_object());
	char name[32];
	int version = cgroup_version("memory");

	snprintf(name, sizeof(name), "boxlab-info-%d", getpid());
	json_text(to, "Version",
	    version == 0       ? "none"
		: version == 2 ? "2"
		: cgroup_version("cpu") == 2 ||
		    access("/sys/fs/cgroup/unified", F_OK) == 0
		? "1 (hybrid)"
		: "1");
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]);
	     i++)
		json_number(to, controllers[i],
		    (uint64_t)cgroup_version(controllers[i]));
	json_bool(to, "Limits", cgroup_create(name, "memory,pids") == 0);
	cgroup_remove(name);
}

static struct json *
collect(struct state *state, bool rootless)
{
	struct json *root = json_object(), *to;
	struct counts counts = { 0 };
	struct utsname uts;

	uname(&uts);
	find_all(state, count, &counts);
	to = json_put(root, "Containers", json_object());
	json_number(to, "Running", counts.running);
	json_number(to, "Paused", counts.paused);
	json_number(to, "Restarting", counts.restarting);
	json_number(to, "Stopped", counts.ended);
	json_text(root, "StorageDriver", "overlay2");
	json_text(root, "Root", state->home);
	json_bool(root, "Rootless", rootless);
	json_text(root, "Kernel", uts.release);
	json_text(root, "Architecture", uts.machine);
	put_cgroup(root);
	to = json_put(root, "Can", json_object());
	json_bool(to, "Overlay", has_filesystem("overlay"));
	json_bool(to, "UserNamespaces", may_unshare(CLONE_NEWUSER));
	json_bool(to, "NetworkNamespaces",
	    may_unshare((rootless ? CLONE_NEWUSER : 0) | CLONE_NEWNET));
	json_bool(to, "Seccomp", has_seccomp());
	json_bool(to, "Bridge", !rootless);
	json_bool(to, "ManyIds",
	    !rootless || (in_path("newuidmap") && in_path("newgidmap")));
	json_bool(to, "Pull", in_path("skopeo"));
	return root;
}

/* The same, a line for each value. */
static void
print_lines(const struct json *root)
{
	static const struct {
		const char *path, *label;
	} lines[] = {
		{ ".Containers.Running", "running containers" },
		{ ".Containers.Paused", "of these paused" },
		{ ".Containers.Restarting", "waiting for a restart" },
		{ ".Containers.Stopped", "ended containers" },
		{ ".StorageDriver", "storage driver" },
		{ ".Root", "state directory" },
		{ ".Rootless", "rootless" },
		{ ".Kernel", "kernel" },
		{ ".Architecture", "architecture" },
		{ ".Cgroup.Version", "cgroup version" },
		{ ".Cgroup.Limits", "limits, pause and stats" },
		{ ".Can.Overlay", "overlayfs" },
		{ ".Can.UserNamespaces", "user namespaces" },
		{ ".Can.NetworkNamespaces", "network namespaces" },
		{ ".Can.Seccomp", "system call filter" },
		{ ".Can.Bridge", "bridge network" },
		{ ".Can.ManyIds", "more than one user id" },
		{ ".Can.Pull", "pull (skopeo)" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		printf("%-24s", lines[i].label);
		json_print(json_find(root, lines[i].path), stdout, true);
	}
}

int
cmd_info(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = STATE_NONE;
	struct json *root;
	bool json = false;

	if (options_read(argc, argv, groups, "info [options]", &json) != argc)
		errx(EXIT_OWN, "usage: box info [--json]");
	signal(SIGCHLD, SIG_DFL);
	cmd_look(&state);
	root = collect(&state, userns_needed());
	if (json)
		json_print(root, stdout, false);
	else
		print_lines(root);
	return 0;
}
