/* demo.c - the demonstration of lab 07: what root can no longer do. */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/capability.h>
#include <net/if.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "demo.h"
#include "exit.h"
#include "file.h"
#include "run.h"
#include "say.h"
#include "seccomp.h"
#include "status.h"
#include "userns.h"

#define BIT(cap) (UINT64_C(1) << (cap))

/* Become cat(1), or a copy of it, and write our status to out. */
static _Noreturn void
exec_cat(const char *cat, uid_t uid, bool no_new_privs, int out)
{
	if (uid != 0 && setresuid(uid, uid, uid) == -1)
		err(EXIT_OWN, "setresuid %u", uid);
	if (no_new_privs)
		seccomp_no_new_privs();
	if (dup2(out, STDOUT_FILENO) == -1)
		err(EXIT_OWN, "dup2");
	run_exec((char *[]){ (char *)cat, "/proc/self/status", NULL });
}

/* What cat says about itself when run as user uid. */
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
	if (pid == 0)
		exec_cat(cat, uid, no_new_privs, fd[1]);
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

/* Is there a user of this number here?  See user_namespaces(7). */
static bool
is_mapped(uid_t uid)
{
	unsigned int first, outside, count;
	bool found = false;
	FILE *f = fopen("/proc/self/uid_map", "re");

	if (f == NULL)
		err(EXIT_OWN, "/proc/self/uid_map");
	while (!found && fscanf(f, "%u %u %u", &first, &outside, &count) == 3)
		found = uid >= first && uid - first < count;
	fclose(f);
	return found;
}

/* A set-uid program is a door back to root, and no_new_privs bolts it. */
static void
show_no_new_privs(void)
{
	const char *cat = "/tmp/cat";
	struct status with, without;

	become_able(BIT(CAP_SETUID) | BIT(CAP_SYS_ADMIN));
	if (!is_mapped(1)) {
		say(SAY_BOX,
		    "no uid 1 in uid_map: no user for a set-uid program");
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
int
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
