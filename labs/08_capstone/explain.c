/* explain.c - "box run --explain": say each step as it happens. */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "explain.h"
#include "say.h"

/* Where each function begins; made from the sources when box is built. */
static const struct place {
	const char *function, *file;
	int line;
} places[] = {
#include "functions.inc"
};

static const struct step {
	const char *function;
	enum say_who who;
	const char *call, *effect;
} steps[] = {
	{ "userns_enter", SAY_HOST, "unshare(CLONE_NEWUSER)",
	    "not root: become root of a user namespace, and of nothing else" },
	{ "remap_prepare", SAY_HOST, "unshare(CLONE_NEWUSER), write(uid_map)",
	    "a user namespace whose root is nobody outside" },
	{ "remap_enter", SAY_BOX, "setns(CLONE_NEWUSER)",
	    "give up the host's root for the namespace's" },
	{ "cgroup_create", SAY_HOST, "mkdir(\"/sys/fs/cgroup/...\")",
	    "a group to count and limit what the box uses" },
	{ "cgroup_set", SAY_HOST, "write(\"memory.max\", \"pids.max\", ...)",
	    "the limits, set before anyone is in the group" },
	{ "pid_clone_init", SAY_HOST, "clone3(CLONE_NEWPID)",
	    "a child that is process 1 of a new PID namespace" },
	{ "cgroup_add", SAY_BOX, "write(\"tasks\", \"0\")",
	    "join the group: from here on the limits hold" },
	{ "enter_run", SAY_BOX, "setns(pidfd, CLONE_NEWNS | ...)",
	    "into every namespace of a box that runs, at once" },
	{ "netns_unshare", SAY_BOX, "unshare(CLONE_NEWNET)",
	    "a network with nothing in it but a loopback that is down" },
	{ "bridge_create", SAY_HOST, "RTM_NEWLINK bridge boxlab0",
	    "the first box makes the switch that all will share" },
	{ "veth_create", SAY_HOST, "RTM_NEWLINK veth",
	    "a cable: one end in the bridge, the other is the box's eth0" },
	{ "firewall_bridge", SAY_HOST, "nft(8): masquerade",
	    "what boxes send to other machines seems to come from the host" },
	{ "firewall_publish", SAY_HOST, "nft(8): dnat",
	    "ports of the host lead to ports of the box" },
	{ "join_userns", SAY_HOST, "setns(CLONE_NEWUSER)",
	    "not root: become root where the other box is" },
	{ "join_enter", SAY_BOX, "setns(CLONE_NEWNET)",
	    "and leave that for the network of another box" },
	{ "pasta_start", SAY_HOST, "pasta(1)",
	    "a process that makes connections on behalf of the box" },
	{ "uts_unshare", SAY_BOX, "unshare(CLONE_NEWUTS)",
	    "the host's names become a copy that is ours" },
	{ "uts_set_names", SAY_BOX, "sethostname()",
	    "rename the copy; the host keeps its name" },
	{ "enter_namespaces", SAY_BOX,
	    "unshare(CLONE_NEWNS | NEWIPC | NEWCGROUP)",
	    "mounts, message queues and the view of cgroups, likewise" },
	{ "overlay_mount", SAY_BOX, "mount(\"overlay\", ...)",
	    "a writable layer over the read-only ones of the image" },
	{ "pid_mount_proc", SAY_BOX, "mount(\"proc\", ...)",
	    "a /proc that shows the processes of the box" },
	{ "mounts_make", SAY_BOX, "mount(\"tmpfs\"), mknod(), mount(\"sysfs\")",
	    "a /dev with the harmless devices, a /sys that is read-only" },
	{ "overlay_flatten", SAY_BOX, "fts_read(), sendfile(), lchown() ...",
	    "a new volume begins with what the image has there" },
	{ "hosts_mount", SAY_BOX, "mount(MS_BIND), mount(MS_RDONLY)",
	    "an /etc/hosts that has the names of all boxes on the bridge" },
	{ "volumes_mount", SAY_BOX, "open_tree(), move_mount()",
	    "a directory of the host, shown inside" },
	{ "mounts_protect", SAY_BOX, "mount(MS_BIND), mount(MS_RDONLY)",
	    "hide and protect what no namespace covers" },
	{ "jail_pivot", SAY_BOX, "pivot_root(\".\", \".\"), umount2(\".\")",
	    "the image becomes \"/\"; the host's tree is gone from here" },
	{ "link_up", SAY_BOX, "RTM_NEWLINK lo, IFF_UP", "127.0.0.1 answers" },
	{ "addr_add", SAY_BOX, "RTM_NEWADDR eth0",
	    "an address on the bridge's network" },
	{ "route_default", SAY_BOX, "RTM_NEWROUTE default",
	    "all else goes by way of the bridge" },
	{ "sysctl_set", SAY_BOX, "write(\"/proc/sys/net/...\")",
	    "knobs of the kernel that belong to the box's namespaces" },
	{ "rlimit_set", SAY_BOX, "setrlimit()",
	    "limits of each process by itself" },
	{ "caps_bound", SAY_BOX, "prctl(PR_CAPBSET_DROP)",
	    "no program can ever bring these capabilities back" },
	{ "user_become", SAY_BOX, "setgroups(), setresgid(), setresuid()",
	    "the user that the command runs as" },
	{ "caps_keep", SAY_BOX, "capset()",
	    "of root's forty-one capabilities, keep the chosen few" },
	{ "seccomp_no_new_privs", SAY_BOX, "prctl(PR_SET_NO_NEW_PRIVS)",
	    "set-uid programs give nothing any more" },
	{ "seccomp_load", SAY_BOX, "seccomp(SECCOMP_SET_MODE_FILTER)",
	    "refuse the system calls that no container needs" },
	{ "pid_init", SAY_BOX, "fork(), waitid()",
	    "stay behind as init; the command is process 2" },
	{ "output_exec", SAY_BOX, "execveat(), execve()",
	    "and this is the container: become the command" },
};

static bool speaking;

void
explain_start(void)
{
	say_to(stderr);
	speaking = true;
}

static const struct place *
find_place(const char *function)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(places[i].function, function) == 0)
			return &places[i];
	errx(EXIT_OWN, "explain: where is %s()?", function);
}

void
explain(const char *function)
{
	const struct step *step = steps;
	const struct place *place;

	if (!speaking)
		return;
	while (strcmp(step->function, function) != 0)
		if (++step == steps + sizeof(steps) / sizeof(steps[0]))
			errx(EXIT_OWN, "explain: what is %s()?", function);
	place = find_place(function);
	say(step->who, "%-42s %s:%d\n    %s", step->call, place->file,
	    place->line, step->effect);
}
