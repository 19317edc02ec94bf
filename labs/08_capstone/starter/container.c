/*
 * container.c - the order of things.
 *
 * Everything is there: the mechanisms of labs 01 to 07, and around them the
 * options, the image, the state, the files of /dev.  What is missing is who
 * calls what, and when.  The parent does what needs the host; the child,
 * process 1 of the box, does the rest to itself, and takes its own power away
 * last.  Each header says where its functions belong.
 *
 * To be called, in the order of the alphabet:
 *
 *	caps_bound	caps_keep	cgroup_add	command_detach
 *	command_prepare	jail_pivot	monitor_wait	mounts_make
 *	mounts_protect	mounts_seal	netns_unshare	network_configure
 *	network_connect	network_enter	output_drop	output_end
 *	output_exec	output_leave	output_open	output_ready
 *	pid_block_signals pid_clone_init pid_init	policy_load
 *	remap_clone	remap_prepare	remap_release	rlimit_set
 *	rlimit_set_oom_score rootfs_mount seccomp_no_new_privs
 *	state_running	supervise_held	supervise_wait	sysctl_open
 *	sysctl_set	terminal_give	terminal_take	user_add_groups
 *	user_become	user_find	uts_set_names	uts_unshare
 *	volumes_clone	volumes_fill	volumes_mount
 *
 * and mount(2), unshare(2), sigprocmask(2), prctl(2) and fork(2).  Before each
 * of the functions that it knows, explain("its_name") tells --explain of it.
 *
 * Not all at once.  Stages that run, each tried and graded before the next:
 *
 *	1 box_main is run_exec alone, attend is monitor_wait alone (run.h);
 *	2 the namespaces, the network's too, and the hostname;
 *	3 the file systems and the new root;
 *	4 the two pipes, and the network between them;
 *	5 the user, and the end of all power;
 *	6 the group, --init, --tty, and dying with the parent; when a person
 *	  sits at that terminal state->front is not -1: then supervise_held;
 *	7 output_exec for run_exec, and --detach;
 *	8 if you like, --userns: until then a struct remap of zeros will do.
 *
 * Read: clone(2), namespaces(7), pipe(2), PR_SET_PDEATHSIG in prctl(2).
 */

#define _GNU_SOURCE
#include <sys/types.h>

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "container.h"
#include "exit.h"
#include "explain.h"
#include "limit.h"
#include "network.h"
#include "output.h"
#include "pid.h"
#include "remap.h"
#include "sync.h"

/* What both sides know.  After the clone each has a copy of its own. */
struct box {
	const struct config *config;
	const struct image *image;
	struct state *state;
	bool in_userns; /* a plain user's, or that of --userns */
	struct limits limits;
	struct network_plan network;
	struct remap remap; /* for --userns; off if it is all zeros */
	struct sync unshared; /* box to host: connect me */
	struct sync connected; /* host to box: go on */
	int alive[2]; /* held open by the host as long as it lives */
	int terminal[2]; /* a socket pair, with --tty only */
	struct output output;
	const sigset_t *signals; /* the mask that the command starts with */
};

/*
 * Process 1 of the box, from the clone to the exec.  It takes more than a
 * screen, so let it tell the story and give each part a function:
 *
 * The namespaces.  The group comes first, for what is used before is not
 * counted, and its namespace begins where its maker is.  The network comes
 * early: then the parent can lay the cable while the box mounts.
 *
 * The file systems.  What is still shared with the host when the first mount
 * is made, the host gets too.  A user namespace may mount /proc and /sys only
 * while the host's are in sight.  A directory that stays open is a way out.
 *
 * The power.  Each step needs what another takes away: the bounding set needs
 * CAP_SETPCAP, a change of user CAP_SETUID, and the filter may forbid the rest.
 *
 * The command.  It starts with the signal mask of box's caller, and with
 * --init it is not process 1 but its child.
 *
 * If the parent dies, even of SIGKILL, the box dies too.  The kernel does it
 * when asked, forgets the wish when the user changes, and does not know of a
 * parent that died before.
 */
static _Noreturn void
box_main(struct box *box)
{
	(void)box;
	_exit(EXIT_OWN);
}

/*
 * The host's side while the box starts and runs: connect its network when it
 * has one, let it go on, and wait for it.  If connecting fails the box must
 * not wait for ever: whoever closes a pipe is heard as well.
 */
static int
attend(struct box *box, pid_t pid)
{
	(void)box;
	(void)pid;
	warnx("box_main and attend: not written yet");
	return EXIT_OWN;
}

/*
 * Make process 1, and be the parent.  The pipes, and with --tty the pair of
 * sockets, must be there before: after it nothing can be handed over.
 */
static int
start(struct box *box)
{
	pid_t pid;

	explain("pid_clone_init");
	fflush(NULL);
	pid = pid_clone_init(box->limits.cgroup);
	if (pid == -1) {
		warn("clone: PID namespace");
		return EXIT_OWN;
	}
	if (pid == 0)
		box_main(box);
	return attend(box, pid);
}

/* What is on the host is made here, and released on every way out. */
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
	if (network_prepare(&box.network, config, state, rootless) == 0) {
		status = start(&box);
		network_release(&box.network, state);
	}
	limit_release(&box.limits, state);
	return status;
}
