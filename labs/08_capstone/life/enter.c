/*
 * enter.c - one more process for a box that runs.
 *
 * A box's processes may be hostile, and may look at every process that has a
 * number in their PID namespace.  So nobody who has more rights than they may
 * get one.  There are three of us:
 *
 *	caller		stays on the host, holds the terminal, waits
 *	  goer		joins all namespaces; but to change the PID namespace
 *			is for children only, so the box does not see it; it
 *			finds the user, and gives up all power there
 *	  command	the goer's last act: born without power in the box's
 *			PID namespace, as the caller's child, and executed
 *
 * Nothing is opened by a name that the box could have changed, but by openat2
 * with the rule along, and by the kernel itself, from a descriptor of the
 * process: see setns(2) on pidfds.  Read: namespaces(7), clone(2) about
 * CLONE_PARENT, pidfd_open(2).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <linux/openat2.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "command.h"
#include "enter.h"
#include "exit.h"
#include "explain.h"
#include "hold.h"
#include "own_group.h"
#include "monitor.h"
#include "nsid.h"
#include "output.h"
#include "policy.h"
#include "process.h"
#include "rlimit.h"
#include "seccomp.h"
#include "terminal.h"
#include "user.h"

struct visit {
	struct config *config;
	const struct state *state;
	int pidfd;
	int namespaces; /* the flags of those that are not ours already */
	int born[2]; /* the command's number goes from the goer to the caller */
	int alive[2]; /* held open by the caller as long as it lives */
	int terminal[2];
	struct output output;
	const sigset_t *signals;
};

/* Which namespaces of the box are others than our own? */
static int
find_namespaces(pid_t pid)
{
	static const struct {
		const char *name;
		int flag;
	} all[] = {
		{ "user", CLONE_NEWUSER },
		{ "mnt", CLONE_NEWNS },
		{ "pid", CLONE_NEWPID },
		{ "net", CLONE_NEWNET },
		{ "uts", CLONE_NEWUTS },
		{ "ipc", CLONE_NEWIPC },
		{ "cgroup", CLONE_NEWCGROUP },
	};
	int flags = 0;
	ino_t its;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		its = ns_id(pid, all[i].name);
		if (its == 0)
			err(EXIT_OWN, "%s namespace of process %d", all[i].name,
			    pid);
		if (its != ns_id(0, all[i].name))
			flags |= all[i].flag;
	}
	/* Should that be of a box that has not left the host yet: never. */
	if ((flags & CLONE_NEWNS) == 0 || (flags & CLONE_NEWPID) == 0)
		errx(EXIT_OWN, "process %d is in no box", pid);
	return flags;
}

/* As in container.c: die when the caller does. */
static void
die_with_caller(const struct visit *visit)
{
	struct pollfd pfd = { .fd = visit->alive[0], .events = POLLIN };

	if (visit->config->detach)
		return;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "PR_SET_PDEATHSIG");
	if (poll(&pfd, 1, 0) != 0)
		_exit(EXIT_OWN);
}

/* Where no input is wanted: the box's own null device, if it still has one. */
static void
use_null(void)
{
	struct open_how how = {
		.flags = O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	struct stat st;
	int fd =
	    (int)syscall(SYS_openat2, AT_FDCWD, "/dev/null", &how, sizeof(how));

	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "/dev/null in the box");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		errx(EXIT_OWN, "/dev/null in the box is something else");
	fcntl(fd, F_SETFL, 0);
	if (dup2(fd, STDIN_FILENO) == -1)
		err(EXIT_OWN, "dup2");
	close(fd);
}

/* The goer, on its way in. */
static void
join(const struct visit *visit)
{
	/* First, so that all we use is counted; not every box has a group. */
	explain("cgroup_add");
	if (own_group_join(
		visit->state->cgroup, (pid_t)visit->state->facts.pid) == -1)
		err(EXIT_OWN, "cgroup %s (or is it of another session?)",
		    visit->state->cgroup);
	explain("enter_run");
	if (setns(visit->pidfd, visit->namespaces) == -1)
		err(EXIT_OWN, "setns: %s", visit->state->name);

	/* What the host's root makes in there belongs to nobody. */
	if ((visit->namespaces & CLONE_NEWUSER) != 0 &&
	    (setresgid(0, 0, 0) == -1 || setresuid(0, 0, 0) == -1))
		err(EXIT_OWN, "root of %s", visit->state->name);
}

/* The same steps as lock_down() in container.c, and in the same order. */
static void
lock_down(const struct visit *visit, const struct user *user)
{
	const struct config *config = visit->config;

	rlimit_set(config);
	explain("caps_bound");
	caps_bound(config->caps);
	explain("user_become");
	user_become(user);
	die_with_caller(visit);
	explain("caps_keep");
	caps_keep(config->caps);
	explain("seccomp_no_new_privs");
	seccomp_no_new_privs();
	policy_load(config->filter);
}

/* In the box, with nothing to lose. */
static _Noreturn void
become_command(const struct visit *visit, int slave)
{
	if (setsid() == -1)
		err(EXIT_OWN, "setsid");
	die_with_caller(visit);
	if (slave != -1)
		terminal_use(slave);
	/* Now, for until here errors are told. */
	if (visit->config->detach &&
	    (dup2(STDIN_FILENO, STDOUT_FILENO) == -1 ||
		dup2(STDIN_FILENO, STDERR_FILENO) == -1))
		err(EXIT_OWN, "dup2");
	if (sigprocmask(SIG_SETMASK, visit->signals, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	output_exec(&visit->output);
}

static _Noreturn void
goer(struct visit *visit)
{
	struct config *config = visit->config;
	struct user user;
	int slave = -1;
	pid_t pid;

	close(visit->alive[1]);
	die_with_caller(visit);
	command_detach();
	join(visit);
	user_find(config->user, &user);
	user_add_groups(&user, config->groups, config->group_count);
	if (config->tty)
		slave = terminal_make(visit->terminal[1], user.uid);
	else if (config->detach || !config->interactive)
		use_null();
	config->interactive = true; /* that is done */
	command_prepare(config, &user);
	output_ready(&visit->output, -1, config->command);
	lock_down(visit, &user);

	explain("output_exec");
	fflush(NULL);
	pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid == -1)
		err(EXIT_OWN, "clone");
	if (pid == 0)
		become_command(visit, slave);
	if (write(visit->born[1], &pid, sizeof(pid)) != sizeof(pid))
		_exit(EXIT_OWN);
	_exit(0);
}

/* The command's number, or -1: the goer has said why there is none. */
static pid_t
await_birth(struct visit *visit, pid_t pid, int *status)
{
	pid_t command;
	int wstatus;
	bool born;

	close(visit->born[1]);
	born =
	    read(visit->born[0], &command, sizeof(command)) == sizeof(command);
	close(visit->born[0]);
	while (waitpid(pid, &wstatus, 0) == -1 && errno == EINTR)
		;
	*status = exit_status(wstatus);
	return born ? command : -1;
}

/* The caller, while the command starts and runs. */
static int
attend(struct visit *visit, pid_t goer_pid)
{
	const struct config *config = visit->config;
	int master = -1, status = EXIT_OWN;
	pid_t pid;

	close(visit->alive[0]);
	output_leave(&visit->output);
	if (config->tty) {
		close(visit->terminal[1]);
		master = terminal_take(visit->terminal[0]);
	}
	pid = await_birth(visit, goer_pid, &status);
	if (pid == -1) {
		monitor_drain(&visit->output.streams);
		return status;
	}
	if (visit->state->front != -1)
		status = hold_wait(visit->state->front, master, pid);
	else if (!config->detach)
		status = monitor_wait(
		    pid, master, config->interactive, &visit->output.streams);
	else if (output_told(&visit->output) == TOLD_STARTED)
		return 0;
	else
		while (waitpid(pid, &status, 0) == pid)
			status = exit_status(status);
	return output_end(&visit->output, status, config->command[0]);
}

int
enter_run(struct config *config, const struct state *state, int pidfd,
    pid_t pid, const sigset_t *signals)
{
	struct visit visit = {
		.config = config,
		.state = state,
		.pidfd = pidfd,
		.namespaces = find_namespaces(pid),
		.signals = signals,
	};
	pid_t child;

	/* It was alive all the time, so these were its namespaces. */
	if (process_wait(pidfd, 0))
		errx(EXIT_OWN, "%s has ended", state->name);
	output_open(&visit.output, config, false);
	if (pipe2(visit.born, O_CLOEXEC) == -1 ||
	    pipe2(visit.alive, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	if (config->tty &&
	    socketpair(
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, visit.terminal) == -1)
		err(EXIT_OWN, "socketpair");
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child == 0)
		goer(&visit);
	return attend(&visit, child);
}
