/*
 * 07_caps_seccomp - root in pieces, and system calls refused.
 *
 * Without a command: show, and check, what a root without CAP_NET_ADMIN, a
 * set-uid program under no_new_privs, and a process without kill(2) can no
 * longer do.  With one: run it with fewer capabilities, system calls, or both.
 */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/capability.h>
#include <net/if.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "exit.h"
#include "file.h"
#include "run.h"
#include "say.h"
#include "seccomp.h"
#include "syscalls.h"
#include "userns.h"

#define RULES_MAX 512

static uint64_t keep; /* -k and -d */
static bool drops; /* was either given? */
static struct seccomp_rule rules[RULES_MAX]; /* -s */
static size_t rule_count;
static uint32_t action = SECCOMP_RET_ERRNO | EPERM; /* -a */
static bool print; /* -p */
static bool verbose; /* -v */
static unsigned int ids; /* uids in our user namespace; 0: all there are */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hpv] [-k caps] [-d caps] [-s syscalls] "
	    "[-a errno|kill|log] [command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static uint64_t
parse_caps(const char *names)
{
	const char *bad;
	uint64_t mask;

	if (caps_parse(names, &mask, &bad) == -1)
		errx(EXIT_OWN, "no capability \"%.*s\" (see capabilities(7))",
		    (int)strcspn(bad, ","), bad);
	return mask;
}

/* Names separated by commas become rules; their action comes later. */
static void
parse_syscalls(char *names)
{
	char *name;
	int nr;

	while ((name = strsep(&names, ",")) != NULL) {
		nr = syscall_number(name);
		if (nr == -1)
			errx(EXIT_OWN,
			    "no system call \"%s\" (see syscalls(2))", name);
		if (rule_count == RULES_MAX)
			errx(EXIT_OWN, "over %d system calls", RULES_MAX);
		rules[rule_count++].nr = nr;
	}
}

static uint32_t
parse_action(const char *name)
{
	if (strcmp(name, "errno") == 0)
		return SECCOMP_RET_ERRNO | EPERM;
	if (strcmp(name, "kill") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	if (strcmp(name, "log") == 0)
		return SECCOMP_RET_LOG;
	errx(EXIT_OWN, "no action \"%s\": errno, kill or log", name);
}

static void
parse_options(int argc, char *argv[])
{
	uint64_t drop = 0;
	int c;

	keep = caps_all();
	while ((c = getopt(argc, argv, "+hpvk:d:s:a:")) != -1)
		switch (c) {
		case 'k':
			keep = parse_caps(optarg);
			drops = true;
			break;
		case 'd':
			drop |= parse_caps(optarg);
			drops = true;
			break;
		case 's':
			parse_syscalls(optarg);
			break;
		case 'a':
			action = parse_action(optarg);
			break;
		case 'p':
			print = true;
			break;
		case 'v':
			verbose = true;
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	keep &= ~drop;
}

/* The five sets of a process, and who it is, from its status file. */
struct status {
	unsigned int euid;
	uint64_t inheritable, permitted, effective, bounding, ambient;
};

static uint64_t
field(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	if (at == NULL)
		errx(EXIT_OWN, "no %s in /proc/self/status", name);
	return strtoull(at + strlen(name), NULL, base);
}

static struct status
parse_status(const char *text)
{
	const char *uids = strstr(text, "\nUid:\t");
	struct status s;

	if (uids == NULL || sscanf(uids, "\nUid: %*u %u", &s.euid) != 1)
		errx(EXIT_OWN, "no Uid in /proc/self/status");
	s.inheritable = field(text, "\nCapInh:", 16);
	s.permitted = field(text, "\nCapPrm:", 16);
	s.effective = field(text, "\nCapEff:", 16);
	s.bounding = field(text, "\nCapBnd:", 16);
	s.ambient = field(text, "\nCapAmb:", 16);
	return s;
}

/* This process. */
static struct status
look(void)
{
	char text[8192];

	if (file_read("/proc/self/status", text, sizeof(text)) == -1)
		err(EXIT_OWN, "/proc/self/status");
	return parse_status(text);
}

/* What cat(1), or a copy of it, says about itself when run as user uid. */
static struct status
look_at_program(const char *cat, uid_t uid, bool no_new_privs)
{
	char text[8192];
	size_t len;
	int fd[2];
	pid_t pid;
	FILE *f;

	if (pipe2(fd, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0) {
		if (uid != 0 && setresuid(uid, uid, uid) == -1)
			err(EXIT_OWN, "setresuid %u", uid);
		if (no_new_privs)
			seccomp_no_new_privs();
		if (dup2(fd[1], STDOUT_FILENO) == -1)
			err(EXIT_OWN, "dup2");
		run_exec((char *[]){ (char *)cat, "/proc/self/status", NULL });
	}
	close(fd[1]);
	f = fdopen(fd[0], "r");
	if (f == NULL)
		err(EXIT_OWN, "fdopen");
	len = fread(text, 1, sizeof(text) - 1, f);
	text[len] = '\0';
	fclose(f);
	if (run_wait(pid) != 0)
		errx(EXIT_OWN, "%s failed", cat);
	return parse_status(text);
}

static void
say_sets(enum say_who who)
{
	struct status s = look();

	say(who,
	    "inh %" PRIx64 "  prm %" PRIx64 "  eff %" PRIx64 "  bnd %" PRIx64
	    "  amb %" PRIx64,
	    s.inheritable, s.permitted, s.effective, s.bounding, s.ambient);
}

/*
 * Who may not drop from its bounding set is no root, or not any more: it is
 * root in a user namespace of its own.
 */
static void
become_able(uint64_t needed)
{
	if ((look().effective & needed) == needed)
		return;
	ids = userns_enter();
	say(SAY_HOST, "not root: working in a user namespace");
}

#define BIT(cap) (UINT64_C(1) << (cap))

/* 0 or an errno: can we change a link? */
static int
set_loopback(short flags)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = flags };
	int fd, error;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		err(EXIT_OWN, "socket");
	error = ioctl(fd, SIOCSIFFLAGS, &request) == -1 ? errno : 0;
	close(fd);
	return error;
}

/* Root is as strong as its capabilities. */
static void
show_capabilities(void)
{
	struct status after;

	become_able(BIT(CAP_SETPCAP) | BIT(CAP_SYS_ADMIN));
	if (unshare(CLONE_NEWNET) == -1)
		err(EXIT_OWN, "unshare: network namespace");
	say_sets(SAY_BOX);
	say_claim(SAY_BOX, set_loopback(IFF_UP) == 0,
	    "uid %u with CAP_NET_ADMIN: link lo set up", geteuid());

	caps_keep(caps_all() & ~BIT(CAP_NET_ADMIN));
	say_sets(SAY_BOX);
	say_claim(SAY_BOX, set_loopback(0) == EPERM,
	    "uid %u without it: link lo set down: %s", geteuid(),
	    strerror(EPERM));

	after = look_at_program("cat", 0, false);
	say_claim(SAY_BOX,
	    (after.effective & BIT(CAP_NET_ADMIN)) == 0 && after.effective != 0,
	    "execve gave uid 0 the bounding set and no more: eff %" PRIx64,
	    after.effective);
}

/* A copy of cat(1) that is set-uid root, gone with our mount namespace. */
static void
make_setuid_cat(const char *path)
{
	struct stat st;
	int from, to;

	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
	if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL) == -1)
		err(EXIT_OWN, "mount: tmpfs on /tmp");
	from = open("/bin/cat", O_RDONLY | O_CLOEXEC);
	if (from == -1 || fstat(from, &st) == -1)
		err(EXIT_OWN, "/bin/cat");
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (to == -1)
		err(EXIT_OWN, "%s", path);
	if (sendfile(to, from, NULL, (size_t)st.st_size) != st.st_size)
		err(EXIT_OWN, "copy /bin/cat to %s", path);
	if (fchmod(to, 04755) == -1)
		err(EXIT_OWN, "chmod 4755 %s", path);
	close(from);
	close(to);
}

/* A set-uid program is a door back to root, and no_new_privs bolts it. */
static void
show_no_new_privs(void)
{
	const char *cat = "/tmp/cat";
	struct status with, without;

	become_able(BIT(CAP_SETUID) | BIT(CAP_SYS_ADMIN));
	if (ids == 1) {
		say(SAY_BOX,
		    "one uid only here: nobody for a set-uid program to help");
		return;
	}
	make_setuid_cat(cat);
	without = look_at_program(cat, 1, false);
	say_claim(SAY_BOX, without.euid == 0 && without.effective != 0,
	    "uid 1 runs a set-uid program: it has euid %u, eff %" PRIx64,
	    without.euid, without.effective);
	with = look_at_program(cat, 1, true);
	say_claim(SAY_BOX, with.euid == 1 && with.effective == 0,
	    "the same under no_new_privs: euid %u, eff %" PRIx64, with.euid,
	    with.effective);
}

/* No privilege needed here: a filter only takes away. */
static void
show_filter(void)
{
	struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };
	const struct seccomp_rule rule = { .nr = SYS_kill,
		.action = SECCOMP_RET_ERRNO | EPERM };
	pid_t neighbour = getppid();

	say_claim(SAY_BOX, kill(neighbour, 0) == 0, "I can signal process %d",
	    neighbour);
	if (seccomp_build(&rule, 1, SECCOMP_RET_ALLOW, &program) == -1)
		err(EXIT_OWN, "seccomp_build");
	say(SAY_BOX,
	    "a filter, \"kill: errno EPERM, everything else: allow\":");
	seccomp_explain(&program, stdout);
	seccomp_no_new_privs();
	seccomp_load(&program);
	say_claim(SAY_BOX, kill(neighbour, 0) == -1 && errno == EPERM,
	    "with it: kill: %s, and I am uid %u", strerror(EPERM), geteuid());
	say_claim(
	    SAY_BOX, getppid() == neighbour, "all other calls work as before");
}

/* Every capability in a user namespace, none over what it does not own. */
static void
show_user_namespace(void)
{
	char map[256], name[65];
	uid_t outside = geteuid();

	userns_enter();
	if (file_read("/proc/self/uid_map", map, sizeof(map)) == -1)
		err(EXIT_OWN, "/proc/self/uid_map");
	say(SAY_BOX, "a user namespace, uid_map (inside outside count):%s",
	    map);
	say_claim(
	    SAY_BOX, geteuid() == 0, "uid 0 inside is uid %u outside", outside);
	say_claim(SAY_BOX, look().effective == caps_all(),
	    "inside I have every capability: eff %" PRIx64, look().effective);
	if (gethostname(name, sizeof(name)) == -1)
		err(EXIT_OWN, "gethostname");
	say_claim(SAY_BOX,
	    sethostname(name, strlen(name)) == -1 && errno == EPERM,
	    "outside none: to name the host: %s", strerror(EPERM));
	if (unshare(CLONE_NEWUTS) == -1)
		err(EXIT_OWN, "unshare: UTS namespace");
	say_claim(SAY_BOX, sethostname(name, strlen(name)) == 0,
	    "but a UTS namespace made in here, I may name");
}

/* Each part in a child of its own, for nothing given up ever comes back. */
static int
demonstrate(void)
{
	static void (*const part[])(void) = { show_capabilities,
		show_no_new_privs, show_filter, show_user_namespace };
	int status, worst = 0;
	size_t i;
	pid_t pid;

	say_to(stdout);
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		fflush(NULL);
		pid = fork();
		if (pid == -1)
			err(EXIT_OWN, "fork");
		if (pid == 0) {
			part[i]();
			exit(say_verdict());
		}
		status = run_wait(pid);
		if (worst == 0)
			worst = status;
	}
	return worst;
}

/* The filter of -s: all else is allowed. */
static void
build_filter(struct sock_fprog *program)
{
	size_t i;

	for (i = 0; i < rule_count; i++)
		rules[i].action = action;
	seccomp_sort(rules, rule_count);
	if (seccomp_build(rules, rule_count, SECCOMP_RET_ALLOW, program) == -1)
		err(EXIT_OWN, "seccomp_build");
}

int
main(int argc, char *argv[])
{
	struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };

	parse_options(argc, argv);
	if (print) {
		if (rule_count == 0 || argc != optind)
			errx(EXIT_OWN,
			    "-p prints the filter of -s and runs nothing");
		build_filter(&program);
		seccomp_explain(&program, stdout);
		return 0;
	}
	if (argc == optind && !drops && rule_count == 0)
		return demonstrate();
	if (argc == optind)
		errx(EXIT_OWN, "-k, -d and -s need a command to run");

	/* Capabilities first: the filter may refuse the calls they need. */
	if (drops) {
		become_able(BIT(CAP_SETPCAP));
		if (verbose)
			say_sets(SAY_HOST);
		caps_keep(keep);
	}
	if (verbose)
		say_sets(SAY_BOX);
	if (rule_count != 0) {
		build_filter(&program);
		say(SAY_BOX, "a filter of %hu instructions", program.len);
		seccomp_no_new_privs();
		seccomp_load(&program);
	}
	run_exec(argv + optind);
}
