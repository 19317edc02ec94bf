/*
 * 04_cgroup_mem - a limit and what happens at it.
 *
 * Without a command or -a: show, and check, what a memory limit does to a
 * group of processes.  With one: run it in a new group, which is removed when
 * it ends; -a first uses up some of the group's memory, -t does so with files.
 *
 * The group is visible on the host and would outlive us.  So the first
 * process only guards it: it makes the group, waits for its child and for
 * signals, and takes the group away however the story ends.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <linux/sched.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "hierarchy.h"
#include "run.h"
#include "say.h"
#include "size.h"
#include "sync.h"
#include "userns.h"

#define MIB UINT64_C(1048576)
#define PREFIX "boxlab-04-"

static bool limited; /* -m */
static uint64_t limit;
static bool allocating; /* -a */
static uint64_t size;
static bool through_tmpfs; /* -t */

static char group[64]; /* ours, or "" */
static pid_t guard;
static sigset_t inherited_mask;

/* What processes inside the group tell those outside, even killed ones. */
static struct report {
	_Atomic uint64_t pages;
	_Atomic uint64_t beats;
	_Atomic bool born_inside;
} * report;

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hv] [-m limit] [-a size [-t]] "
	    "[command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static uint64_t
parse_size(char option, const char *text)
{
	uint64_t bytes;

	if (size_parse(text, &bytes) == -1)
		errx(EXIT_OWN, "-%c '%s': %s", option, text,
		    errno == ERANGE ? "too large"
				    : "not a size like 4000000 or 64M");
	return bytes;
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+hvm:a:t")) != -1)
		switch (c) {
		case 'm':
			limited = true;
			limit = parse_size('m', optarg);
			break;
		case 'a':
			allocating = true;
			size = parse_size('a', optarg);
			break;
		case 't':
			through_tmpfs = true;
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (through_tmpfs && !allocating)
		errx(EXIT_OWN, "-t needs -a: how much to write");
}

/*
 * The group: whose it is, and who removes it.
 */

/* Say what stands in the way of making a group, and what to do about it. */
static _Noreturn void
refuse(int why)
{
	static const char *const files[] = { "", "/cgroup.procs",
		"/cgroup.subtree_control" };
	const struct hierarchy *all;
	size_t count = hierarchy_all(&all);
	char path[PATH_MAX];

	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < (all[i].version == 2 ? 3 : 1); j++) {
			file_path(path, sizeof(path), "%s%s", all[i].parent,
			    files[j]);
			if (eaccess(path, W_OK) == 0)
				continue;
			warn("%s", path);
			errx(EXIT_OWN,
			    "a plain user needs a delegated cgroup: %s; "
			    "or use root, or the virtual machine (make vm)",
			    all[i].version == 2
				? "try systemd-run --user --scope "
				  "-p Delegate=yes and this command"
				: "in cgroup v1 only root can delegate one");
		}
	errno = why;
	err(EXIT_OWN, "cgroup_create: %s%s", group,
	    why == EPERM ? " (is another user's process in our own group, "
			   "which we cannot move aside?)"
			 : "");
}

static void
release(void)
{
	/* Registered with atexit(3), which the children inherit. */
	if (getpid() != guard || group[0] == '\0')
		return;
	cgroup_kill(group);
	if (cgroup_remove(group) == -1)
		warn("cgroup %s: left behind", group);
}

/*
 * A guard holds a lock on its group's directory, and the kernel drops the
 * locks of the dead: a group of this program that can be locked was left by a
 * run that SIGKILL ended.  No pid in the name could tell as surely, since
 * pids are used again, and mean nothing in another PID namespace.
 */
static void
sweep(void)
{
	const struct hierarchy *all;
	const struct dirent *entry;
	DIR *dir;
	int fd;

	if (hierarchy_all(&all) == 0 || (dir = opendir(all[0].parent)) == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		fd = openat(dirfd(dir), entry->d_name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			say(SAY_HOST, "sweeping %s: its owner is dead",
			    entry->d_name);
			cgroup_kill(entry->d_name);
			cgroup_remove(entry->d_name);
		}
		close(fd);
	}
	closedir(dir);
}

static void
make_group(void)
{
	const struct hierarchy *all;
	char path[PATH_MAX];
	int lock;

	guard = getpid();
	if (atexit(release) != 0)
		errx(EXIT_OWN, "atexit");
	for (;;) {
		file_path(group, sizeof(group), PREFIX "%d-%08x", guard,
		    arc4random());
		if (cgroup_create(group) == -1) {
			int why = errno;
			refuse(why);
		}
		hierarchy_all(&all);
		file_path(path, sizeof(path), "%s/%s", all[0].parent, group);
		lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (lock != -1 && flock(lock, LOCK_EX) == 0 &&
		    faccessat(lock, "cgroup.procs", F_OK, 0) == 0)
			return;

		/* Somebody swept it before we had it locked.  Once more. */
		close(lock);
		cgroup_remove(group);
	}
}

/*
 * Limit memory, and swap away: or the group would page out at its limit
 * instead of being killed.  Room for swap is made first, since v1 wants the
 * sum of both never to be below memory alone.
 */
static void
limit_memory(uint64_t bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, UINT64_MAX);
	(void)cgroup_set(group, CGROUP_MEMORY_SWAP, text);
	if (cgroup_set_memory_max(group, bytes) == -1)
		err(EXIT_OWN, "memory limit of %s%s", group,
		    errno == ENOENT ? " (memory was not delegated)" : "");
	snprintf(text, sizeof(text), "%" PRIu64, bytes);
	if (cgroup_set(group, CGROUP_MEMORY_SWAP, text) == -1 &&
	    errno != ENOENT)
		err(EXIT_OWN, "swap limit of %s", group);
}

static struct cgroup_memory
look(void)
{
	struct cgroup_memory memory;

	if (cgroup_memory(group, &memory) == -1)
		err(EXIT_OWN, "cgroup_memory: %s", group);
	return memory;
}

/*
 * Processes: the guard and those in the group.
 */

/* In a new child: take signals again, and do not outlive the parent. */
static void
settle(pid_t parent)
{
	if (sigprocmask(SIG_SETMASK, &inherited_mask, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
	if (getppid() != parent)
		exit(EXIT_OWN);
}

static pid_t
spawn_outside(void)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		settle(parent);
	return pid;
}

/* fork(2) into the group: v2 has its children born there, v1's join. */
static pid_t
spawn_inside(void)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
	};
	pid_t parent = getpid(), pid = -1;
	int fd = cgroup_open(group);

	fflush(NULL);
	if (fd != -1) {
		args.cgroup = (uint64_t)fd;
		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
		close(fd);
	}
	if (pid == 0)
		settle(parent);
	if (pid != -1)
		return pid;

	/* v1, or a container's filter that refuses clone3. */
	pid = spawn_outside();
	if (pid == 0 && cgroup_add(group, 0) == -1)
		err(EXIT_OWN, "cgroup_add: %s", group);
	return pid;
}

/* From now on the guard takes signals when it asks for them. */
static void
hold_signals(sigset_t *held)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction old;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(held);
	sigaddset(held, SIGCHLD);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN) /* as nohup(1) wants it */
			sigaddset(held, ends[i]);
	if (sigprocmask(SIG_BLOCK, held, &inherited_mask) == -1)
		err(EXIT_OWN, "sigprocmask");
}

/* Wait for a child, as waitpid(2) does; a signal ends us, and the group. */
static int
watch(pid_t pid, int options, const sigset_t *held)
{
	siginfo_t info;
	pid_t got;
	int wstatus;

	while ((got = waitpid(pid, &wstatus, options | WNOHANG)) != pid) {
		if (got == -1)
			err(EXIT_OWN, "waitpid %d", pid);
		if (sigwaitinfo(held, &info) == -1 || info.si_signo == SIGCHLD)
			continue;

		/* A key pressed went to the command too: let that decide. */
		if (info.si_code == SI_KERNEL && info.si_signo != SIGHUP)
			continue;
		exit(EXIT_SIGNAL + info.si_signo);
	}
	return wstatus;
}

/*
 * Using memory.
 */

/* Touch page after page: memory counts when it is used, not when asked for. */
static void
allocate(uint64_t bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	volatile char *p;

	if (bytes == 0)
		return;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		err(EXIT_OWN, "mmap: %" PRIu64 " bytes", bytes);

	/* Pages of 2 MiB would hide the moment; kernels may lack them. */
	(void)madvise((void *)p, bytes, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < bytes; i += page) {
		p[i] = 1;
		report->pages++;
	}
}

/*
 * Write a file where files are memory.  The descriptor stays open, and so the
 * file and its file system, although nobody can see the mount any more.
 */
static void
write_tmpfs(uint64_t bytes)
{
	static const char block[4096];
	uint64_t rest;
	ssize_t n;
	int fd;

	if (userns_needed())
		userns_enter();
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=0") ==
	    -1)
		err(EXIT_OWN, "mount: tmpfs on /tmp");
	fd = open("/tmp/boxlab", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		err(EXIT_OWN, "/tmp/boxlab");
	for (rest = bytes; rest > 0; rest -= (uint64_t)n) {
		n = write(fd, block, rest < 4096 ? rest : 4096);
		if (n == -1)
			err(EXIT_OWN, "write: /tmp/boxlab");
	}
	if (umount2("/tmp", MNT_DETACH) == -1)
		err(EXIT_OWN, "umount2: /tmp");
}

/*
 * With a command, or -a: a tool.
 */

static int
run_tool(char *argv[], const sigset_t *held)
{
	pid_t pid;
	int wstatus = 0;

	if (allocating) {
		pid = spawn_inside();
		if (pid == 0) {
			(through_tmpfs ? write_tmpfs : allocate)(size);

			/* Stay, holding it: stopped is a state to wait for. */
			if (argv[0] != NULL)
				raise(SIGSTOP);
			exit(0);
		}
		wstatus = watch(pid, WUNTRACED, held);
		say(SAY_HOST, "%" PRIu64 " bytes in use by the group",
		    look().current);
		if (!WIFSTOPPED(wstatus))
			return exit_status(wstatus);
	}
	pid = spawn_inside();
	if (pid == 0)
		run_exec(argv);
	wstatus = watch(pid, 0, held);
	return exit_status(wstatus);
}

/*
 * Without: the demonstration.
 */

static void
show_hierarchies(void)
{
	static const char *const controllers[] = { "memory", "cpu", "pids",
		"freezer" };
	const struct hierarchy *h;
	struct cgroup_memory own;

	for (int i = 0; i < 4; i++) {
		h = hierarchy_of(controllers[i]);
		if (h == NULL)
			say(SAY_HOST, "%s: no such controller here",
			    controllers[i]);
		else
			say(SAY_HOST, "%s: cgroup v%d, our groups go to %s",
			    controllers[i], h->version, h->parent);
	}
	if (cgroup_memory(".", &own) == 0)
		say(SAY_HOST, "all groups there together use %" PRIu64 " bytes",
		    own.current);
}

/* Whoever is born in a group is in it: nobody moved this process. */
static void
look_where_born(void)
{
	char text[8192];

	if (file_read("/proc/self/cgroup", text, sizeof(text)) > 0)
		report->born_inside = strstr(text, group) != NULL;
}

static _Noreturn void
overrun_box(void)
{
	pid_t child;
	int status;

	say(SAY_BOX, "a shell, say; it starts a greedy child");
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child == 0) {
		look_where_born();
		allocate(limit + 16 * MIB);
		exit(0);
	}
	status = run_wait(child);
	say_claim(SAY_BOX, report->born_inside,
	    "my child was born in the group, nobody put it there");
	say_claim(SAY_BOX, status == EXIT_SIGNAL + SIGKILL,
	    "it touched %" PRIu64 " pages; its exit status is %d (128 + %d, "
	    "SIGKILL), and I live",
	    (uint64_t)report->pages, status, SIGKILL);
	exit(say_verdict());
}

static void
show_limit(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct cgroup_memory before, after;
	pid_t box;

	limit_memory(limit);
	before = look();
	say_claim(SAY_HOST, before.limit == limit / page * page,
	    "asked for %" PRIu64 " bytes, got %" PRIu64 ": %" PRIu64
	    " whole pages of %" PRIu64,
	    limit, before.limit, before.limit / page, page);

	box = spawn_inside();
	if (box == 0)
		overrun_box();
	say_claim(SAY_HOST, run_wait(box) == 0, "the box ended well");
	after = look();
	say_claim(SAY_HOST,
	    after.oom_kills == before.oom_kills + 1 &&
		after.peak <= after.limit,
	    "%" PRIu64 " kill at the limit; the most ever in use was %" PRIu64
	    " bytes",
	    after.oom_kills - before.oom_kills, after.peak);
}

/* A process in the group that uses memory, says so, and stays. */
static pid_t
spawn_user(void (*use)(uint64_t), uint64_t bytes, struct sync *ready)
{
	pid_t pid;

	sync_open(ready);
	pid = spawn_inside();
	if (pid == 0) {
		use(bytes);
		sync_go(ready);
		for (;;)
			pause();
	}
	return pid;
}

/* Within a tenth, on which the kernel's own bookkeeping must fit. */
static bool
about(uint64_t measured, uint64_t expected)
{
	return measured >= expected - expected / 10 &&
	    measured <= expected + expected / 10;
}

/* Is no process listed in the group?  Any of its directories will do. */
static bool
empty(void)
{
	const struct hierarchy *h = hierarchy_of("memory");
	char path[PATH_MAX], text[2];

	file_path(path, sizeof(path), "%s/%s/cgroup.procs", h->parent, group);
	return file_read(path, text, sizeof(text)) == 0;
}

static void
reap(void)
{
	while (wait(NULL) != -1)
		continue;
}

/* What ps(1) calls RSS: the pages that a process has mapped itself. */
static uint64_t
resident_bytes(pid_t pid)
{
	char path[64], text[4096];
	const char *line;

	file_path(path, sizeof(path), "/proc/%d/status", pid);
	if (file_read(path, text, sizeof(text)) == -1 ||
	    (line = strstr(text, "\nVmRSS:")) == NULL)
		err(EXIT_OWN, "%s", path);
	return strtoull(line + strlen("\nVmRSS:"), NULL, 10) * 1024;
}

static void
show_sum(void)
{
	struct sync ready;
	struct cgroup_memory before, one, two;
	pid_t first;
	int killed;

	limit_memory(64 * MIB);
	before = look();
	first = spawn_user(allocate, 40 * MIB, &ready);
	(void)sync_wait(&ready);
	one = look();
	say_claim(SAY_HOST,
	    about(one.current - before.current, 40 * MIB) &&
		one.oom_kills == before.oom_kills,
	    "limit %" PRIu64 "; one process took %" PRIu64
	    ", the group uses %" PRIu64 " more",
	    one.limit, 40 * MIB, one.current - before.current);

	spawn_user(allocate, 40 * MIB, &ready);
	(void)sync_wait(&ready);
	two = look();
	if (say_claim(SAY_HOST, two.oom_kills == one.oom_kills + 1,
		"a second took as much: neither is over the limit, their "
		"sum is, and %" PRIu64 " died",
		two.oom_kills - one.oom_kills))
		say(SAY_HOST,
		    waitpid(-1, NULL, 0) == first
			? "it was the first: not who asks last dies, but who "
			  "has most"
			: "it was the second, the one that asked for more");
	killed = cgroup_kill(group);
	say_claim(SAY_HOST, killed == 0 && empty(),
	    "killed as one, the group is empty and uses %" PRIu64 " bytes",
	    look().current);
	reap();
}

static void
show_tmpfs(void)
{
	struct sync ready;
	uint64_t before = look().current, after, resident;
	pid_t pid = spawn_user(write_tmpfs, 32 * MIB, &ready);

	if (sync_wait(&ready) == -1)
		exit(run_wait(pid));
	after = look().current;
	resident = resident_bytes(pid);
	say_claim(SAY_HOST,
	    about(after - before, 32 * MIB) && resident < 16 * MIB,
	    "a process of %" PRIu64 " bytes wrote a file of %" PRIu64
	    " to a tmpfs: the group uses %" PRIu64 " more",
	    resident, 32 * MIB, after - before);
	cgroup_kill(group);
	reap();
}

/* Frozen means no progress: watch the pulse of a process that never rests. */
static void
show_freeze(void)
{
	uint64_t frozen, later;
	pid_t pid = spawn_inside();
	int tries = 0;

	if (pid == 0)
		for (;;)
			report->beats++;
	while (report->beats == 0)
		sched_yield();
	if (cgroup_freeze(group, true) == -1)
		err(EXIT_OWN, "cgroup_freeze: %s", group);
	frozen = report->beats;
	poll(NULL, 0, 20);
	later = report->beats;
	say_claim(SAY_HOST, frozen == later,
	    "frozen at beat %" PRIu64 ", after 20 ms still at %" PRIu64, frozen,
	    later);
	if (cgroup_freeze(group, false) == -1)
		err(EXIT_OWN, "cgroup_freeze: %s", group);
	while (report->beats == later && tries++ < 5000)
		poll(NULL, 0, 1);
	say_claim(SAY_HOST, report->beats != later, "thawed, it beats again");
	cgroup_kill(group);
	reap();
}

static void
show_removal(void)
{
	const struct hierarchy *h = hierarchy_of("memory");
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s", h->parent, group);
	if (access(path, F_OK) == -1)
		err(EXIT_OWN, "%s", path);
	say_claim(SAY_HOST,
	    cgroup_remove(group) == 0 && access(path, F_OK) == -1, "%s is gone",
	    path);
}

static int
demonstrate(const sigset_t *held)
{
	pid_t story;

	if (!limited)
		limit = 4000000;
	if (limit < 2 * MIB || limit > 64 * MIB)
		errx(EXIT_OWN, "the demonstration wants a limit of 2M to 64M");
	story = spawn_outside();
	if (story != 0)
		return exit_status(watch(story, 0, held));
	show_limit();
	show_sum();
	show_tmpfs();
	show_freeze();
	show_removal();
	exit(say_verdict());
}

int
main(int argc, char *argv[])
{
	sigset_t held;
	bool tool;

	parse_options(argc, argv);
	argv += optind;
	tool = argv[0] != NULL || allocating;
	if (!tool) {
		say_to(stdout);
		show_hierarchies();
	}
	if (cgroup_version("memory") == 0)
		errx(EXIT_OWN,
		    "no memory controller: none mounted in "
		    "/proc/self/mountinfo, or off at boot "
		    "(cgroup_enable=memory); the virtual machine has one "
		    "(make vm)");
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		err(EXIT_OWN, "mmap");
	hold_signals(&held);
	sweep();
	make_group();
	say(SAY_HOST, "made the group %s", group);
	if (!tool)
		return demonstrate(&held);
	if (limited)
		limit_memory(limit);
	return run_tool(argv, &held);
}
