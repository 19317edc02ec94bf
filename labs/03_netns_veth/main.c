/*
 * 03_netns_veth - a cable between two worlds.
 *
 * Without a command: show, and check, that a new network namespace is empty,
 * how a veth pair ties it to a host, how a name keeps it, and how a bridge
 * joins many.  With one: run it in a box with a cable to the host, or with -b
 * in several boxes on one bridge.
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <net/if.h>
#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <ifaddrs.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "icmp.h"
#include "link_view.h"
#include "netns.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "sync.h"
#include "userns.h"
#include "veth.h"

#define CIDR_SIZE (INET_ADDRSTRLEN + 3)
#define ROOT_ADVICE \
	"needs root on this machine: sudo, or a virtual one: make vm"
#define KEPT "boxed" /* the name in the demonstration */

enum {
	BOXES_MAX = 64,
	PATIENCE = 1500, /* ms for an answer that must come */
};

static const char *host_cidr = "10.16.8.1/24"; /* -a */
static const char *box_cidr = "10.16.8.2/24"; /* -p, of the first box */
static unsigned int bridged; /* -b, 0 for one box without a bridge */
static const char *save_name; /* -s */
static const char *join_name; /* -j */
static const char *remove_name; /* -r */

/* One box, and the four points at which it and the host meet. */
struct box {
	unsigned int number; /* from 1 */
	pid_t pid; /* 0 when it is over */
	int status;
	struct sync made; /* the box: I have my namespace */
	struct sync wired; /* the host: your end of the cable is there */
	struct sync ready; /* the box: my network works */
	struct sync go; /* the host: so does everybody's */
};

/* What there is on the host's side. */
struct wiring {
	char bridge[IFNAMSIZ]; /* "" without one */
	char stem[IFNAMSIZ - 2]; /* of the cables' names */
	unsigned int boxes;
	bool in_steps; /* plug_in_steps() */
};

static _Noreturn void
usage(FILE *out)
{
	const char *name = getprogname();

	fprintf(out,
	    "usage: %s [-hv] [-a host-cidr] [-p box-cidr] [-b boxes] [-s name] "
	    "[command [arg ...]]\n"
	    "       %s [-v] -j name|pid command [arg ...]\n"
	    "       %s -r name\n",
	    name, name, name);
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	const char *why;
	int c;

	while ((c = getopt(argc, argv, "+hva:p:b:s:j:r:")) != -1)
		switch (c) {
		case 'a':
			host_cidr = optarg;
			break;
		case 'p':
			box_cidr = optarg;
			break;
		case 'b':
			bridged =
			    (unsigned int)strtonum(optarg, 1, BOXES_MAX, &why);
			if (why != NULL)
				errx(EXIT_OWN, "boxes %s: %s", optarg, why);
			break;
		case 's':
			save_name = optarg;
			break;
		case 'j':
			join_name = optarg;
			break;
		case 'r':
			remove_name = optarg;
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
}

static _Noreturn void
bad_cidr(const char *cidr)
{
	errx(EXIT_OWN,
	    "%s: not an IPv4 address with its prefix, such as 10.16.8.1/24",
	    cidr);
}

/* The address that comes n after that of cidr; *prefix points at its "/24". */
static void
nth_address(char text[INET_ADDRSTRLEN], const char *cidr, unsigned int n,
    const char **prefix)
{
	size_t length = strcspn(cidr, "/");
	struct in_addr address;

	if (cidr[length] != '/' || length >= INET_ADDRSTRLEN)
		bad_cidr(cidr);
	memcpy(text, cidr, length);
	text[length] = '\0';
	if (inet_pton(AF_INET, text, &address) != 1)
		bad_cidr(cidr);
	address.s_addr = htonl(ntohl(address.s_addr) + n);
	inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
	if (prefix != NULL)
		*prefix = cidr + length;
}

static void
give_address(const char *link, const char *cidr)
{
	if (addr_add(link, cidr) == 0)
		return;
	if (errno == EINVAL)
		bad_cidr(cidr);
	err(EXIT_OWN, "address %s on %s", cidr, link);
}

static void
switch_on(const char *link)
{
	if (link_up(link) == -1)
		err(EXIT_OWN, "%s up", link);
}

/* Has this namespace the address, on whichever link? */
static bool
has_address(const char *address)
{
	struct ifaddrs *list, *i;
	char text[INET_ADDRSTRLEN];
	bool found = false;

	if (getifaddrs(&list) == -1)
		err(EXIT_OWN, "getifaddrs");
	for (i = list; i != NULL; i = i->ifa_next) {
		struct sockaddr_in in;

		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&in, i->ifa_addr, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
		found |= strcmp(text, address) == 0;
	}
	freeifaddrs(list);
	return found;
}

/* One line about a link, much as ip-link(8) has it. */
static struct link_view
look_at(enum say_who who, const char *name)
{
	struct link_view view;
	char peer[IFNAMSIZ + 1] = "";

	if (link_view(name, &view) == -1)
		err(EXIT_OWN, "link %s", name);
	if (view.peer_elsewhere)
		snprintf(peer, sizeof(peer), "@if%u", view.peer);
	else if (view.peer != 0 && if_indextoname(view.peer, peer + 1) != NULL)
		peer[0] = '@';
	say(who, "%u: %s%s  switched %s, state %s", view.index, name, peer,
	    (view.flags & IFF_UP) != 0 ? "on" : "off", view.state);
	return view;
}

/*
 * Get privilege, and in a plain user's case a host: over the machine's own
 * network only its root has rights.
 */
static void
become_able(bool private_host)
{
	bool plain = userns_needed();

	if (plain) {
		userns_enter();
		say(SAY_HOST,
		    "not root: working in a user namespace, user:[%ju]",
		    (uintmax_t)ns_id(0, "user"));
	}
	if (plain || private_host) {
		netns_unshare();
		say(SAY_HOST,
		    "the host here is a network namespace of its own: this "
		    "machine's network is left alone");
	}
	say(SAY_HOST, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
}

static void
cable_name(
    char name[IFNAMSIZ], const struct wiring *wiring, unsigned int number)
{
	int n = snprintf(name, IFNAMSIZ, "%s%u", wiring->stem, number);

	if (n >= IFNAMSIZ)
		errx(EXIT_OWN, "link name too long: %s", name);
}

/*
 * The janitor is a process that waits until this one is over, however it
 * ends, and then clears the host: no signal handler can do that for SIGKILL.
 * Told "go", it leaves all where it is.
 */
static struct sync over;
static pid_t janitor, master;

static void
dismiss_janitor(void)
{
	if (getpid() != master)
		return; /* a child that failed */
	sync_close(&over);
	run_wait(janitor);
}

static void
hire_janitor(const struct wiring *wiring)
{
	char name[IFNAMSIZ];

	sync_open(&over);
	fflush(NULL);
	master = getpid();
	janitor = fork();
	if (janitor == -1)
		err(EXIT_OWN, "fork");
	if (janitor != 0) {
		if (atexit(dismiss_janitor) != 0)
			errx(EXIT_OWN, "atexit");
		return;
	}
	setsid(); /* out of the reach of who kills the whole group */
	if (sync_wait(&over) == 0)
		_exit(0);
	for (unsigned int i = 1; i <= wiring->boxes; i++) {
		cable_name(name, wiring, i);
		link_delete(name);
	}
	if (*wiring->bridge != '\0')
		link_delete(wiring->bridge);
	_exit(0);
}

static void
save_box(void)
{
	if (netns_save(save_name) == 0)
		return;
	if (errno == EINVAL)
		errx(EXIT_OWN, "name \"%s\": not a file name", save_name);
	if (errno == EPERM || errno == EACCES || errno == EROFS)
		err(EXIT_OWN, "/run/netns/%s (-s " ROOT_ADVICE ")", save_name);
	err(EXIT_OWN, "/run/netns/%s", save_name);
}

/* In the box: addresses first, then on, then the route that needs both. */
static void
configure_box(const char *link, unsigned int number)
{
	char gateway[INET_ADDRSTRLEN], address[INET_ADDRSTRLEN];
	char cidr[CIDR_SIZE];
	const char *prefix;

	nth_address(gateway, host_cidr, 0, NULL);
	nth_address(address, box_cidr, number - 1, &prefix);
	if (snprintf(cidr, sizeof(cidr), "%s%s", address, prefix) >=
	    (int)sizeof(cidr))
		bad_cidr(box_cidr);
	give_address(link, cidr);
	switch_on("lo");
	switch_on(link);
	if (route_default(gateway) == -1)
		err(EXIT_OWN, "default route: %s is no gateway for %s", gateway,
		    cidr);
}

/* In steps what the message of veth_create() can do at once. */
static void
plug_in_steps(const char *name, pid_t box, const char *bridge)
{
	if (veth_create(name, "eth0", box, NULL) == -1)
		err(EXIT_OWN, "veth pair: %s and eth0", name);
	if (bridge_attach(bridge, name) == -1)
		err(EXIT_OWN, "attach %s to %s", name, bridge);
	switch_on(name);
}

/* The host's side: a cable into the box, or from a bridge into it. */
static void
wire_box(const struct wiring *wiring, const struct box *box)
{
	const char *bridge = *wiring->bridge != '\0' ? wiring->bridge : NULL;
	char name[IFNAMSIZ];

	cable_name(name, wiring, box->number);
	if (bridge != NULL && wiring->in_steps)
		plug_in_steps(name, box->pid, bridge);
	else if (veth_create(name, "eth0", box->pid, bridge) == -1)
		err(EXIT_OWN, "veth pair: %s and eth0", name);
	if (bridge == NULL) {
		give_address(name, host_cidr);
		switch_on(name);
	}
	look_at(SAY_HOST, name);
}

static void
open_meetings(struct box *box)
{
	sync_open(&box->made);
	sync_open(&box->wired);
	sync_open(&box->ready);
	sync_open(&box->go);
}

/* A port 80 for each: ports belong to the namespace. */
static int
listen_80(void)
{
	struct timeval patience = { .tv_sec = 2 };
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(80),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(
		fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == -1)
		err(EXIT_OWN, "socket");
	say_claim(SAY_BOX,
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 &&
		listen(fd, 1) == 0,
	    "I listen on port 80 of net:[%ju]", (uintmax_t)ns_id(0, "net"));
	return fd;
}

/*
 * Tell one caller the number of this box, and stay until it hangs up: another
 * box may still want to greet this one.
 */
static void
answer_80(int fd, unsigned int number)
{
	char text[16];
	int caller = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	snprintf(text, sizeof(text), "box %u", number);
	if (caller == -1 || write(caller, text, strlen(text)) == -1 ||
	    read(caller, text, 1) == -1)
		err(EXIT_OWN, "port 80");
	close(caller);
	close(fd);
}

static void
claim_ping(enum say_who who, const char *address, const char *what)
{
	long us = icmp_ping(address, PATIENCE);

	if (us != -1)
		say_claim(who, true, "ping %s, %s: answered in %ld us", address,
		    what, us);
	else
		say_claim(who, false, "ping %s, %s: %s", address, what,
		    strerror(errno));
}

/* The demonstration's neighbour: greet the next box, serve a caller. */
static _Noreturn void
be_neighbour(const struct wiring *wiring, unsigned int number, int fd)
{
	char address[INET_ADDRSTRLEN];

	if (wiring->boxes > 1) {
		nth_address(address, box_cidr, number % wiring->boxes, NULL);
		claim_ping(SAY_BOX, address, "the next box");
	}
	answer_80(fd, number);
	exit(say_verdict());
}

/* A box on its way to its command; a neighbour when argv is NULL. */
static _Noreturn void
box_main(const struct wiring *wiring, struct box *box, char *argv[],
    const sigset_t *mask)
{
	char number[16];
	int fd = -1;

	/* No box outlives its host, also when that one is killed. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
	if (janitor != 0)
		sync_close(&over); /* the janitor waits for our parent's only */
	netns_unshare();
	say(SAY_BOX, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
	sync_go(&box->made);
	if (sync_wait(&box->wired) == -1)
		_exit(EXIT_OWN);
	configure_box("eth0", box->number);
	look_at(SAY_BOX, "eth0");
	if (argv == NULL)
		fd = listen_80();
	if (save_name != NULL)
		save_box();
	sync_go(&box->ready);
	if (sync_wait(&box->go) == -1)
		_exit(EXIT_OWN);
	if (argv == NULL)
		be_neighbour(wiring, box->number, fd);

	snprintf(number, sizeof(number), "%u", box->number);
	if (setenv("BOX", number, 1) == -1 ||
	    sigprocmask(SIG_SETMASK, mask, NULL) == -1)
		err(EXIT_OWN, "setenv");
	run_exec(argv);
}

/* Start a box and wire it.  Its exit status if it failed on the way, else 0. */
static int
start_box(const struct wiring *wiring, struct box *box, char *argv[],
    const sigset_t *mask)
{
	char cable[IFNAMSIZ];

	open_meetings(box);
	fflush(NULL);
	box->pid = fork();
	if (box->pid == -1)
		err(EXIT_OWN, "fork");
	if (box->pid == 0)
		box_main(wiring, box, argv, mask);
	if (sync_wait(&box->made) == -1)
		return run_wait(box->pid);
	wire_box(wiring, box);
	sync_go(&box->wired);
	if (sync_wait(&box->ready) == -1)
		return run_wait(box->pid);
	cable_name(cable, wiring, box->number);
	link_await(cable, PATIENCE); /* a lost first packet costs a second */
	return 0;
}

/* Make the bridge, if any, and the boxes; then they may all go. */
static int
start_boxes(const struct wiring *wiring, struct box box[], char *argv[],
    const sigset_t *mask)
{
	int status;

	if (*wiring->bridge != '\0') {
		if (bridge_create(wiring->bridge) == -1)
			err(EXIT_OWN, "bridge %s", wiring->bridge);
		give_address(wiring->bridge, host_cidr);
		switch_on(wiring->bridge);
	}
	for (unsigned int i = 0; i < wiring->boxes; i++) {
		box[i].number = i + 1;
		status = start_box(wiring, &box[i], argv, mask);
		if (status != 0)
			return status;
	}
	for (unsigned int i = 0; i < wiring->boxes; i++)
		sync_go(&box[i].go);
	return 0;
}

/* Collect boxes that are over; how many were. */
static unsigned int
reap(struct box box[], unsigned int count)
{
	unsigned int reaped = 0;
	int wstatus;

	for (unsigned int i = 0; i < count; i++)
		if (box[i].pid != 0 &&
		    waitpid(box[i].pid, &wstatus, WNOHANG) == box[i].pid) {
			box[i].status = exit_status(wstatus);
			box[i].pid = 0;
			reaped++;
		}
	return reaped;
}

/*
 * Wait for the boxes, and pass signals on: they shall end by their own will,
 * and we after them.  What the terminal sends has reached them already.
 */
static int
supervise(struct box box[], unsigned int count, const sigset_t *signals)
{
	unsigned int left = count;
	siginfo_t info;
	int status = 0;

	while (left > 0) {
		if (sigwaitinfo(signals, &info) == -1)
			continue;
		if (info.si_signo == SIGCHLD)
			left -= reap(box, count);
		else if (info.si_code != SI_KERNEL)
			for (unsigned int i = 0; i < count; i++)
				if (box[i].pid != 0)
					kill(box[i].pid, info.si_signo);
	}
	for (unsigned int i = count; i-- > 0;)
		if (box[i].status != 0)
			status = box[i].status;
	return status;
}

/* The tool: run a command in a box, or in each of several on a bridge. */
static int
run_boxes(char *argv[])
{
	struct wiring wiring = { .boxes = bridged != 0 ? bridged : 1 };
	struct box box[BOXES_MAX] = { 0 };
	char address[INET_ADDRSTRLEN];
	unsigned int token = arc4random() & 0xffffff;
	sigset_t signals, mask;
	int status;

	become_able(false);
	nth_address(address, host_cidr, 0, NULL);
	if (has_address(address))
		errx(EXIT_OWN,
		    "%s: the host has this address already "
		    "(choose others with -a and -p)",
		    address);
	snprintf(wiring.stem, sizeof(wiring.stem), "veth%06x-", token);
	if (bridged != 0)
		snprintf(wiring.bridge, sizeof(wiring.bridge), "br%06x", token);

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGTERM);
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &signals, &mask) == -1)
		err(EXIT_OWN, "sigprocmask");

	hire_janitor(&wiring);
	status = start_boxes(&wiring, box, argv, &mask);
	if (status != 0)
		return status;
	if (save_name != NULL)
		sync_go(&over); /* the name keeps the box, so keep its cable */
	return supervise(box, wiring.boxes, &signals);
}

/* Run a command in the network of another box. */
static _Noreturn void
run_joined(char *argv[])
{
	const char *why;
	pid_t pid = (pid_t)strtonum(join_name, 1, INT32_MAX, &why);

	if (why == NULL && userns_needed())
		userns_join(pid);
	netns_enter(join_name);
	say(SAY_BOX, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
	run_exec(argv);
}

/* The first half of the cable's story, told from inside. */
static void
show_loopback(void)
{
	struct if_nameindex *list, *i;
	char names[256] = "";
	bool down = true, lo = false;
	struct link_view view;
	long us;

	list = if_nameindex();
	if (list == NULL)
		err(EXIT_OWN, "if_nameindex");
	for (i = list; i->if_name != NULL; i++) {
		down &= link_view(i->if_name, &view) == 0 &&
		    (view.flags & IFF_UP) == 0;
		lo |= strcmp(i->if_name, "lo") == 0;
		strlcat(names, " ", sizeof(names));
		strlcat(names, i->if_name, sizeof(names));
	}
	if_freenameindex(list);
	say_claim(SAY_BOX, lo && down,
	    "net:[%ju] is new and has but%s, which is down",
	    (uintmax_t)ns_id(0, "net"), names);
	us = icmp_ping("127.0.0.1", PATIENCE);
	say_claim(SAY_BOX, us == -1, "ping 127.0.0.1, myself: %s",
	    us == -1 ? strerror(errno) : "answered");
	switch_on("lo");
	look_at(SAY_BOX, "lo");
	claim_ping(SAY_BOX, "127.0.0.1", "myself");
}

/* The box of the first half: its end of the cable comes while it waits. */
static _Noreturn void
cabled_main(struct box *box)
{
	char gateway[INET_ADDRSTRLEN];

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
	nth_address(gateway, host_cidr, 0, NULL);
	netns_unshare();
	show_loopback();
	sync_go(&box->made);
	if (sync_wait(&box->wired) == -1)
		_exit(EXIT_OWN);
	configure_box("veth1", 1);
	look_at(SAY_BOX, "veth1");
	sync_go(&box->ready);
	if (sync_wait(&box->go) == -1)
		_exit(EXIT_OWN);
	claim_ping(SAY_BOX, gateway, "the host");
	save_name = KEPT;
	save_box();
	say(SAY_BOX, "I saved my network as /run/netns/" KEPT ", and end");
	exit(say_verdict());
}

/* Lay the cable step by step; in one message is how the tool does it. */
static void
lay_cable(pid_t box)
{
	struct link_view view;

	if (veth_create("veth0", "veth1", 0, NULL) == -1)
		err(EXIT_OWN, "veth pair: veth0 and veth1");
	look_at(SAY_HOST, "veth0");
	look_at(SAY_HOST, "veth1");
	if (link_move("veth1", box) == -1)
		err(EXIT_OWN, "move veth1 to the box");
	say_claim(SAY_HOST, if_nametoindex("veth1") == 0,
	    "veth1 moved into the box and is not here any more");
	give_address("veth0", host_cidr);
	switch_on("veth0");
	view = look_at(SAY_HOST, "veth0");
	say_claim(SAY_HOST,
	    view.peer_elsewhere && (view.flags & IFF_UP) != 0 && !view.carrier,
	    "veth0 is on but has no carrier: its other end, number %u over "
	    "there, is off",
	    view.peer);
}

/* Both ends are up: what does the host see? */
static void
check_cable(pid_t box)
{
	char address[INET_ADDRSTRLEN];
	struct link_view view;

	nth_address(address, box_cidr, 0, NULL);
	link_await("veth0", PATIENCE);
	view = look_at(SAY_HOST, "veth0");
	say_claim(SAY_HOST, view.carrier, "veth0 has a carrier now");
	claim_ping(SAY_HOST, address, "the box");
	say_claim(SAY_HOST, !has_address(address),
	    "%s is on no link of the host: I see a cable's end, not what is "
	    "beyond",
	    address);
	say_claim(SAY_HOST, ns_id(box, "net") != ns_id(0, "net"),
	    "the box is in net:[%ju], I am in net:[%ju]",
	    (uintmax_t)ns_id(box, "net"), (uintmax_t)ns_id(0, "net"));
}

/* A process that finds the box's network by its name, the box being dead. */
static _Noreturn void
visitor_main(ino_t boxed)
{
	char gateway[INET_ADDRSTRLEN];

	nth_address(gateway, host_cidr, 0, NULL);
	netns_enter(KEPT);
	say_claim(SAY_BOX, ns_id(0, "net") == boxed,
	    "another process entered " KEPT ": net:[%ju] has outlived the box",
	    (uintmax_t)boxed);
	claim_ping(SAY_BOX, gateway, "the host");
	if (link_delete("veth1") == -1)
		err(EXIT_OWN, "delete veth1");
	exit(say_verdict());
}

static int
visit(ino_t boxed)
{
	pid_t visitor;
	int status;

	fflush(NULL);
	visitor = fork();
	if (visitor == -1)
		err(EXIT_OWN, "fork");
	if (visitor == 0)
		visitor_main(boxed);
	status = run_wait(visitor);
	say_claim(SAY_HOST, if_nametoindex("veth0") == 0,
	    "veth1 was removed in there, and veth0 went with it: one cable");
	say_claim(SAY_HOST,
	    netns_remove(KEPT) == 0 && access("/run/netns/" KEPT, F_OK) == -1,
	    "the name is removed, and the network with its last user");
	return status;
}

static int
demonstrate_cable(void)
{
	struct box box = { .number = 1 };
	ino_t boxed;
	int status;

	open_meetings(&box);
	fflush(NULL);
	box.pid = fork();
	if (box.pid == -1)
		err(EXIT_OWN, "fork");
	if (box.pid == 0)
		cabled_main(&box);
	if (sync_wait(&box.made) == -1)
		return run_wait(box.pid);
	lay_cable(box.pid);
	sync_go(&box.wired);
	if (sync_wait(&box.ready) == -1)
		return run_wait(box.pid);
	check_cable(box.pid);
	boxed = ns_id(box.pid, "net");
	sync_go(&box.go);
	status = run_wait(box.pid);
	return status != 0 ? status : visit(boxed);
}

/* Who answers on port 80 of an address?  Returns the open connection. */
static int
call_80(const char *address, char answer[16])
{
	struct timeval patience = { .tv_sec = 2 };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(80),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ssize_t n = -1;

	if (fd == -1 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		err(EXIT_OWN, "socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		n = read(fd, answer, 15);
	if (n == -1)
		n = snprintf(answer, 16, "nobody");
	answer[n] = '\0';
	return fd;
}

static int
demonstrate_bridge(void)
{
	struct wiring wiring = {
		.bridge = "br0",
		.stem = "port",
		.boxes = bridged != 0 ? bridged : 2,
		.in_steps = true,
	};
	struct box box[BOXES_MAX] = { 0 };
	char address[INET_ADDRSTRLEN], answer[16], expected[16];
	int line[BOXES_MAX], status;

	say(SAY_HOST, "now %u boxes on a bridge, as on docker0", wiring.boxes);
	status = start_boxes(&wiring, box, NULL, NULL);
	if (status != 0)
		return status;
	for (unsigned int i = 0; i < wiring.boxes; i++) {
		nth_address(address, box_cidr, i, NULL);
		line[i] = call_80(address, answer);
		snprintf(expected, sizeof(expected), "box %u", i + 1);
		say_claim(SAY_HOST, strcmp(answer, expected) == 0,
		    "port 80 of %s is served by %s", address, answer);
	}
	for (unsigned int i = 0; i < wiring.boxes; i++)
		close(line[i]);
	for (unsigned int i = 0; i < wiring.boxes; i++) {
		box[i].status = run_wait(box[i].pid);
		if (box[i].status != 0)
			status = box[i].status;
	}
	return status;
}

static int
demonstrate(void)
{
	int status;

	say_to(stdout);
	become_able(true);

	/* A /run of our own, for the name. */
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) == -1)
		err(EXIT_OWN, "a private /run");
	status = demonstrate_cable();
	if (status == 0)
		status = demonstrate_bridge();
	return status != 0 ? status : say_verdict();
}

static int
remove_saved(void)
{
	if (netns_remove(remove_name) == 0)
		return 0;
	if (errno == EPERM || errno == EACCES)
		err(EXIT_OWN, "/run/netns/%s (-r " ROOT_ADVICE ")",
		    remove_name);
	err(EXIT_OWN, "/run/netns/%s", remove_name);
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (remove_name != NULL && argc == optind)
		return remove_saved();
	if (remove_name != NULL)
		errx(EXIT_OWN, "-r takes no command");
	if (argc == optind && join_name != NULL)
		errx(EXIT_OWN, "-j needs a command to run in there");
	if (argc == optind && save_name != NULL)
		errx(EXIT_OWN, "-s needs a command to run first, as true");
	if (argc == optind)
		return demonstrate();
	if (save_name != NULL && (bridged != 0 || join_name != NULL))
		errx(EXIT_OWN, "-s keeps one box of its own: no -b, no -j");
	if (save_name != NULL && userns_needed())
		errx(EXIT_OWN, "-s %s: a mount on /run/netns " ROOT_ADVICE,
		    save_name);
	if (join_name != NULL)
		run_joined(argv + optind);
	return run_boxes(argv + optind);
}
