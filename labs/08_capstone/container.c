/*
 * container.c - the order of things.
 *
 * A container is no object in the kernel.  It is a process that has been
 * through the seven labs in an order that works, and this file is the order.
 * The parent does what needs the host; the child, process 1 of the box, does
 * the rest to itself, and takes its own power away last.
 *
 *	host				box
 *	cgroup, its limits
 *	clone ------------------------> process 1
 *					in the cgroup: born there (v2), or joins
 *					network namespace
 *	cable to the bridge <---------- "unshared"
 *	"connected" ---.		UTS, mount, IPC and cgroup namespaces
 *	               |		overlay, /proc, /dev, /sys, volumes
 *	               |		pivot_root
 *	               '--------------> address, route
 *	wait				user, capabilities, seccomp, exec
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "caps.h"
#include "cgroup.h"
#include "command.h"
#include "container.h"
#include "exit.h"
#include "explain.h"
#include "inside.h"
#include "jail.h"
#include "limit.h"
#include "monitor.h"
#include "mounts.h"
#include "netns.h"
#include "network.h"
#include "output.h"
#include "pid.h"
#include "policy.h"
#include "remap.h"
#include "rlimit.h"
#include "rootfs.h"
#include "seccomp.h"
#include "supervise.h"
#include "sync.h"
#include "sysctl.h"
#include "terminal.h"
#include "user.h"
#include "uts.h"
#include "volumes.h"

struct box {
	const struct config *config;
	const struct image *image;
	struct state *state;
	bool in_userns; /* a plain user's, or that of --userns */
	struct limits limits;
	struct network_plan network;
	struct remap remap;
	const char *root; /* where the layers are mounted */
	struct sync adopted; /* host to box: I am your parent now */
	struct sync unshared; /* box to host: connect me */
	struct sync connected; /* host to box: go on */
	int alive[2]; /* held open by the host as long as it lives */
	int terminal[2]; /* a socket pair, with --tty only */
	int sysctls; /* /proc/sys of the box, while it can be written */
	struct output output;
	const sigset_t *signals; /* the mask that the command starts with */
};

/*
 * Die when the host's side dies, even of SIGKILL.  Changing the user clears
 * the wish, so it is repeated then; and whoever died before we said it is
 * found out by the hang-up of a pipe that only they hold open.
 */
static void
die_with_parent(const struct box *box)
{
	struct pollfd pfd = { .fd = box->alive[0], .events = POLLIN };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "PR_SET_PDEATHSIG");
	if (poll(&pfd, 1, 0) != 0)
		_exit(EXIT_OWN);
}

/*
 * First of all, so that all we use from here on is counted.  We join by
 * ourselves, because one thread that moves itself is cheap to move; unless we
 * were born in the group.
 */
static void
enter_group(const struct box *box)
{
	rlimit_set_oom_score(box->config);
	if (box->limits.on && (box->limits.cgroup == -1 || box->remap.on)) {
		explain("cgroup_add");
		if (cgroup_add(box->state->cgroup, 0) == -1)
			err(EXIT_OWN, "cgroup %s", box->state->cgroup);
	}
}

/* What the parent must see done comes first: the network namespace. */
/* DOC: enter_namespaces */
static void
enter_namespaces(struct box *box)
{
	const struct config *config = box->config;

	/* Early, so that the parent lays the cable while we mount. */
	if (box->network.kind != NETWORK_HOST) {
		explain("netns_unshare");
		netns_unshare();
	}
	network_enter(&box->network);
	sync_go(&box->unshared);

	explain("uts_unshare");
	uts_unshare();
	explain("uts_set_names");
	uts_set_names(config->hostname, NULL);

	/* After joining the group: it is the "/" of a new cgroup namespace. */
	explain("enter_namespaces");
	if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWCGROUP) == -1)
		err(EXIT_OWN, "unshare: mount, IPC and cgroup namespaces");
}

static int
open_root(const struct box *box)
{
	int root = open(box->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root == -1)
		err(EXIT_OWN, "%s", box->root);
	return root;
}

/* What lies on disk: the image, the writable layer and volumes. */
/* DOC: mount_layers */
static void
mount_layers(struct box *box)
{
	const struct config *config = box->config;
	int root;

	/* Before our first mount, or the host would get it too. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");

	/* Before there is anything of ours that a volume could show. */
	volumes_clone(config, &box->remap);
	box->root = rootfs_mount(
	    box->image, box->state, &box->remap, config, box->network.address);
	root = open_root(box);
	volumes_fill(root, box->root, config, &box->remap);
	close(root);
}

/* Build the file systems and make them the only ones. */
/* DOC: enter_root */
static void
enter_root(struct box *box)
{
	const struct config *config = box->config;
	int root, dir;

	/* With --userns it has been done already, by the host's root. */
	if (box->root == NULL)
		mount_layers(box);
	root = open_root(box);

	/*
	 * While the host's tree is still there: a user namespace may mount
	 * /proc only where one can be seen already.
	 */
	mounts_make(root, config, box->in_userns,
	    box->network.kind == NETWORK_HOST, box->limits.controllers);
	volumes_mount(root, config);
	box->sysctls = sysctl_open(root, config);
	if (!config->privileged)
		mounts_protect(root);

	/* Later it cannot be made any more. */
	if (config->read_only &&
	    (dir = inside_reach(root, config->workdir, true)) != -1)
		close(dir);

	/* An open descriptor would be the way back out: see lab 05. */
	close(root);
	explain("jail_pivot");
	jail_pivot(box->root);
	mounts_seal(config);
}

/*
 * Give up power, each step needing what the next one takes away: the bounding
 * set needs CAP_SETPCAP, the change of user CAP_SETUID, and the filter comes
 * last since it might forbid the others.
 */
/* DOC: lock_down */
static void
lock_down(const struct box *box, const struct user *user)
{
	const struct config *config = box->config;

	rlimit_set(config);
	explain("caps_bound");
	caps_bound(config->caps);
	explain("user_become");
	user_become(user);
	die_with_parent(box);
	explain("caps_keep");
	caps_keep(config->caps);
	explain("seccomp_no_new_privs");
	seccomp_no_new_privs();
	policy_load(config->filter);
}

/* Become the command, or with --init stay behind and look after it. */
static _Noreturn void
start_command(const struct box *box)
{
	sigset_t mask;
	pid_t child;

	if (box->config->init) {
		explain("pid_init");
		pid_block_signals(&mask);
		child = fork();
		if (child == -1)
			err(EXIT_OWN, "fork");
		if (child != 0) {
			output_drop(&box->output);
			closefrom(STDERR_FILENO + 1);
			exit(pid_init(child));
		}
	}
	if (sigprocmask(SIG_SETMASK, box->signals, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	explain("output_exec");
	output_exec(&box->output);
}

/* Process 1 of the box, from the clone to the exec. */
static _Noreturn void
box_main(struct box *box)
{
	const struct config *config = box->config;
	struct user user;

	close(box->alive[1]);
	if (box->remap.on && sync_wait(&box->adopted) == -1)
		_exit(EXIT_OWN);
	die_with_parent(box);
	if (!box->remap.on)
		enter_group(box);
	command_detach();
	enter_namespaces(box);
	enter_root(box);
	if (sync_wait(&box->connected) == -1)
		_exit(EXIT_OWN);
	network_configure(&box->network);
	sysctl_set(box->sysctls, config);

	user_find(config->user, &user);
	user_add_groups(&user, config->groups, config->group_count);
	if (config->tty)
		terminal_give(box->terminal[1], user.uid);
	command_prepare(config, &user);
	output_ready(&box->output, box->state->start, config->command);
	lock_down(box, &user);
	start_command(box);
}

/* The host's side while the box starts and runs. */
static int
attend(struct box *box, pid_t pid)
{
	const struct config *config = box->config;
	int master = -1, status;

	close(box->alive[0]);
	output_leave(&box->output);
	state_running(box->state, pid);
	if (sync_wait(&box->unshared) == 0 &&
	    network_connect(&box->network, pid) == 0)
		sync_go(&box->connected);
	else
		sync_close(&box->connected);
	if (config->tty) {
		close(box->terminal[1]);
		master = terminal_take(box->terminal[0]);
		close(box->terminal[0]);
	}
	if (config->detach)
		status = supervise_wait(box->state, &box->output, pid, master);
	else if (box->state->front != -1)
		status = supervise_held(box->state, &box->output, pid, master);
	else
		status = monitor_wait(
		    pid, master, config->interactive, &box->output.streams);
	close(box->alive[1]);
	return output_end(&box->output, status, config->command[0]);
}

/* What a box in a user namespace of its own needs the host's root for. */
static const char *
prepare_remapped(void *arg)
{
	struct box *box = arg;

	enter_group(box);
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	mount_layers(box);
	return box->root;
}

static int
start(struct box *box)
{
	pid_t pid;

	sync_open(&box->unshared);
	sync_open(&box->connected);
	output_open(&box->output, box->config, box->config->detach);
	if (pipe2(box->alive, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	if (box->config->tty &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, box->terminal) ==
		-1)
		err(EXIT_OWN, "socketpair");
	explain("pid_clone_init");
	fflush(NULL);
	pid = box->remap.on
	    ? remap_clone(&box->remap, &box->adopted, prepare_remapped, box)
	    : pid_clone_init(box->limits.cgroup);
	if (pid == -1) {
		if (!box->remap.on) /* else it has said why */
			warn("clone: PID namespace");
		sync_close(&box->unshared);
		sync_close(&box->connected);
		close(box->alive[0]);
		close(box->alive[1]);
		return EXIT_OWN;
	}
	if (pid == 0)
		box_main(box);
	return attend(box, pid);
}

int
container_run(const struct config *config, const struct image *image,
    struct state *state, bool rootless, const sigset_t *signals)
{
	struct box box = {
		.config = config,
		.image = image,
		.state = state,
		.in_userns = rootless,
		.signals = signals,
	};
	int status = EXIT_OWN;

	if (limit_create(&box.limits, config, state) == -1)
		return status;
	if (remap_prepare(&box.remap, config, state, rootless) == 0) {
		box.in_userns |= box.remap.on;
		/* A cable is laid from outside: are we root there? */
		if (network_prepare(&box.network, config, state, rootless) ==
		    0) {
			status = start(&box);
			limit_note(&box.limits, config, state);
			network_release(&box.network, state);
		}
		remap_release(&box.remap);
	}
	if (box.remap.on && config->rm)
		remap_forget(state->home, state->id);
	limit_release(&box.limits, state);
	return status;
}
