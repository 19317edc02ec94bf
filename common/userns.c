/*
 * userns.c - a user namespace of one's own: uid 0 inside, oneself outside.
 *
 * To the kernel a capability is held in a user namespace, and every other
 * namespace belongs to the user namespace it was made in.  So who owns a user
 * namespace may unshare, mount and configure all that is made inside it.
 * See user_namespaces(7), newuidmap(1) and subuid(5).
 */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <linux/capability.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "nsid.h"
#include "sync.h"
#include "userns.h"

/* The first user namespace has the same inode on every machine. */
#define FIRST_USERNS 0xEFFFFFFDu
#define RESTRICT "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"

bool
userns_needed(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	/* glibc has no wrapper; libcap would be one more dependency. */
	if (syscall(SYS_capget, &header, data) == -1)
		err(EXIT_OWN, "capget");
	return (data[0].effective & 1u << CAP_SYS_ADMIN) == 0;
}

bool
userns_inside(void)
{
	return ns_id(0, "user") != FIRST_USERNS;
}

static _Noreturn void
refused(void)
{
	char value[16];
	int saved = errno;
	const char *advice = "see the sysctl user.max_user_namespaces, or use "
			     "root, or the virtual machine (make vm)";

	if (file_read(RESTRICT, value, sizeof(value)) > 0 &&
	    strcmp(value, "0") != 0)
		advice = "AppArmor forbids it: sudo sysctl -w "
			 "kernel.apparmor_restrict_unprivileged_userns=0";
	errno = saved;
	err(EXIT_OWN, "no user namespace (%s)", advice);
}

/*
 * The range that /etc/subuid or /etc/subgid grants the user, as in
 * "alice:100000:65536".  Returns its length, 0 without one.
 */
static unsigned int
subid_range(const char *file, const char *user, uid_t uid, unsigned int *first)
{
	char line[256], owner[128];
	unsigned int count, found = 0;
	FILE *f = fopen(file, "re");

	if (f == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof(line), f) != NULL) {
		char number[16];

		snprintf(number, sizeof(number), "%u", uid);
		if (sscanf(line, "%127[^:]:%u:%u", owner, first, &count) == 3 &&
		    (strcmp(owner, user) == 0 || strcmp(owner, number) == 0))
			found = count;
	}
	fclose(f);
	return found;
}

/*
 * The user's name in /etc/passwd, else what the user is logged in as.  A wrong
 * one does no harm: newuidmap(1) asks the system's own data base again, which
 * is more than a static program can do.
 */
static const char *
user_name(uid_t uid)
{
	const struct passwd *pw = NULL;
	const char *name = getenv("LOGNAME");
	FILE *f = fopen("/etc/passwd", "re");

	while (f != NULL && (pw = fgetpwent(f)) != NULL && pw->pw_uid != uid)
		;
	if (f != NULL)
		fclose(f);
	return pw != NULL ? pw->pw_name : name != NULL ? name : "";
}

/* Run newuidmap or newgidmap: id 0 is us, ids 1 and up are the range. */
static int
map_range(const char *tool, pid_t pid, unsigned int id, unsigned int first,
    unsigned int count)
{
	char text[4][16];
	pid_t child;
	int wstatus;

	snprintf(text[0], sizeof(text[0]), "%d", pid);
	snprintf(text[1], sizeof(text[1]), "%u", id);
	snprintf(text[2], sizeof(text[2]), "%u", first);
	snprintf(text[3], sizeof(text[3]), "%u", count);
	child = fork();
	if (child == -1)
		return -1;
	if (child == 0) {
		execlp(tool, tool, text[0], "0", text[1], "1", "1", text[2],
		    text[3], (char *)NULL);
		_exit(EXIT_NOTFOUND);
	}
	if (waitpid(child, &wstatus, 0) == -1)
		return -1;
	return exit_status(wstatus) == 0 ? 0 : -1;
}

/*
 * A child that stays in the parent user namespace, where the set-uid tools
 * have their power, and maps our ids from there.  Returns the number of ids.
 */
static pid_t
spawn_mapper(struct sync *unshared, unsigned int *count)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	const char *user = user_name(uid);
	unsigned int first_uid, first_gid, gids;
	pid_t parent = getpid(), pid;

	*count = subid_range("/etc/subuid", user, uid, &first_uid);
	gids = subid_range("/etc/subgid", user, uid, &first_gid);
	if (*count == 0 || gids == 0)
		return -1;
	sync_open(unshared);
	pid = fork();
	if (pid != 0)
		return pid;
	if (sync_wait(unshared) == -1)
		_exit(EXIT_OWN);
	if (map_range("newuidmap", parent, uid, first_uid, *count) == -1 ||
	    map_range("newgidmap", parent, gid, first_gid, gids) == -1)
		_exit(EXIT_OWN);
	_exit(0);
}

/* One id needs no help: a process may always map itself. */
static void
map_self(uid_t uid, gid_t gid)
{
	char map[64];

	snprintf(map, sizeof(map), "0 %u 1\n", uid);
	if (file_write("/proc/self/uid_map", map) == -1)
		refused(); /* as on Ubuntu 24.04 */

	/*
	 * Who may drop a group could get past a file that excludes that group
	 * ("rw----r--"), so the kernel wants setgroups(2) given up first.
	 */
	if (file_write("/proc/self/setgroups", "deny") == -1)
		err(EXIT_OWN, "/proc/self/setgroups");
	snprintf(map, sizeof(map), "0 %u 1\n", gid);
	if (file_write("/proc/self/gid_map", map) == -1)
		err(EXIT_OWN, "/proc/self/gid_map");
}

unsigned int
userns_enter(void)
{
	struct sync unshared;
	void (*on_child)(int);
	uid_t uid = geteuid();
	gid_t gid = getegid();
	unsigned int count;
	int wstatus = -1;
	pid_t mapper;

	/* Whoever started us may ignore SIGCHLD, and who does cannot wait. */
	on_child = signal(SIGCHLD, SIG_DFL);
	fflush(NULL);
	mapper = spawn_mapper(&unshared, &count);
	if (unshare(CLONE_NEWUSER) == -1)
		refused();
	if (mapper != -1) {
		sync_go(&unshared);
		if (waitpid(mapper, &wstatus, 0) == -1)
			wstatus = -1;
	}
	signal(SIGCHLD, on_child);
	if (wstatus == 0)
		return count + 1;
	map_self(uid, gid);
	return 1;
}

void
userns_join(pid_t pid)
{
	char path[64];
	int fd;

	if (ns_id(pid, "user") == ns_id(0, "user"))
		return;
	file_path(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(EXIT_OWN, "%s%s", path,
		    errno == EACCES ? " (only its owner and root may join)"
				    : "");
	if (setns(fd, CLONE_NEWUSER) == -1)
		err(EXIT_OWN, "setns: %s", path);
	close(fd);
}
