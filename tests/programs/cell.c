/*
 * cell - run a command of a student's, apart even from the tests.
 *
 *	cell [-u] [-t seconds] [-w DIR] [-i FILE] command [argument ...]
 *
 * In a jail (scripts/jail), by which the rest of the machine is safe; the cell
 * is for the jail's sake.  The command runs in PID, mount, UTS, IPC, network
 * and user namespaces of the cell's own.  It sees no process but the cell's,
 * has no file open but its output, nothing of the tests in its environment, and
 * can write in /tmp, /run and /dev/shm, which are empty, and DIR.  When it
 * ends, or after 5 seconds or -t, the kernel kills all that it has started.  It
 * is root of the cell; with -u it is a plain user there.  With -i the pid of
 * the cell's process 1 is written to FILE when it exists.
 *
 * There are two user namespaces, one in the other.  Mounts that the outer one
 * made, the root of the inner one can neither take away nor make writable.
 *
 * BOXLAB_PATIENCE is how many times as long all may take, on a slow machine.
 *
 * The exit status is the command's, 128+n if signal n killed it, 137 after the
 * time, 125 for the cell's own.
 *
 * Read: user_namespaces(7), mount_namespaces(7), pid_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OWN 125
#define LATE 137

/* A user without a name, and so without further ids in /etc/subuid. */
#define USER 59999

static const char *const places[] = { "/tmp", "/run", "/dev/shm" };

static void
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		err(OWN, "%s", path);
	close(fd);
}

/* In a user namespace that we have just entered: who is the old uid here? */
static void
become(unsigned int id, unsigned int uid, unsigned int gid)
{
	char map[64];

	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1", id, uid);
	write_text("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "%u %u 1", id, gid);
	write_text("/proc/self/gid_map", map);
}

static void
mount_tmpfs(const char *place, const char *options)
{
	if (mount("cell", place, "tmpfs", 0, options) == -1)
		err(OWN, "mount: tmpfs on %s", place);
}

/*
 * Before Linux 6.6 a tmpfs has no attributes that a user can set.  Where lab 06
 * needs them there is /scratch, on a disk: /tmp lies there, out of sight.
 */
static void
mount_scratch(void)
{
	char room[] = "/scratch/XXXXXX";

	if (mkdtemp(room) == NULL || chmod(room, 01777) == -1 ||
	    mount(room, "/tmp", NULL, MS_BIND, NULL) == -1)
		err(OWN, "%s", room);
	mount_tmpfs("/scratch", "size=4k");
}

/* Make path a directory, and all above it. */
static void
make_directories(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0755) == -1 && errno != EEXIST)
			err(OWN, "mkdir: %s", path);
		*p = '/';
	}
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		err(OWN, "mkdir: %s", path);
}

/* The tree that this program is in: its path ends in "/build/tests/cell". */
static void
find_tree(char top[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", top, PATH_MAX - 1);

	if (n == -1)
		err(OWN, "/proc/self/exe");
	top[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(top, '/') = '\0';
}

/* Empty places to write.  If the tree lies in one, keep it in sight. */
static void
mount_places(void)
{
	char top[PATH_MAX];
	int tree = -1;

	find_tree(top);
	if (strncmp(top, "/tmp/", 5) == 0 || strncmp(top, "/run/", 5) == 0) {
		tree = (int)syscall(SYS_open_tree, AT_FDCWD, top,
		    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
		if (tree == -1)
			err(OWN, "open_tree: %s", top);
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (i == 0 && access("/scratch", F_OK) == 0)
			mount_scratch();
		else
			mount_tmpfs(places[i], "size=64m,mode=1777");
	if (tree == -1)
		return;
	make_directories(top);
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, top,
		MOVE_MOUNT_F_EMPTY_PATH) == -1)
		err(OWN, "move_mount: %s", top);
	close(tree);
}

/* Not to be written: what the jail has put there, but for the one that is. */
static void
protect(const char *place, const char *writable)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	if (access(place, F_OK) == -1 ||
	    (writable != NULL && strcmp(place, writable) == 0))
		return;
	if (syscall(SYS_mount_setattr, AT_FDCWD, place, 0, &attr,
		sizeof(attr)) == -1)
		err(OWN, "mount_setattr: %s", place);
}

/* The outer user namespace, in which this process stays. */
static void
enter_outer(const char *writable)
{
	unsigned int uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
		err(OWN, "unshare");
	become(0, uid, gid);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(OWN, "mount: / private");
	protect("/build", writable);
	protect("/submission", writable);
	mount_places();
}

static void
set_limit(int resource, rlim_t value)
{
	struct rlimit limit = { value, value };

	if (setrlimit((__rlimit_resource_t)resource, &limit) == -1)
		err(OWN, "setrlimit");
}

/* Become the command, with nothing of ours. */
__attribute__((noreturn)) static void
run(int as_user, char *argv[])
{
	char path[PATH_MAX];
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) == -1)
		err(OWN, "sigprocmask");
	if (as_user) {
		if (unshare(CLONE_NEWUSER) == -1)
			err(OWN, "unshare: a user");
		become(USER, 0, 0);
	}
	snprintf(
	    path, sizeof(path), "/build/bin:/build/tests:%s", getenv("PATH"));
	if (clearenv() != 0 || setenv("HOME", "/tmp", 1) == -1 ||
	    setenv("LC_ALL", "C", 1) == -1 || setenv("TERM", "dumb", 1) == -1 ||
	    setenv("PATH", path, 1) == -1)
		err(OWN, "environment");
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, 64 << 20);
	set_limit(RLIMIT_NOFILE, 512);
	set_limit(RLIMIT_NPROC, 200);
	set_limit(RLIMIT_AS, 1 << 30);
	execvp(argv[0], argv);
	warn("%s", argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

static int
exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* Process 1: start the command, and bury whoever dies until it ends. */
__attribute__((noreturn)) static void
be_init(int as_user, char *argv[])
{
	pid_t command, pid;
	int status;

	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV,
		NULL) == -1)
		err(OWN, "mount: /proc");
	if (close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		err(OWN, "close_range");
	if (chdir("/tmp") == -1)
		err(OWN, "/tmp");
	command = fork();
	if (command == -1)
		err(OWN, "fork");
	if (command == 0)
		run(as_user, argv);
	while ((pid = wait(&status)) != command)
		if (pid == -1 && errno != EINTR)
			err(OWN, "wait");
	_exit(exit_status(status));
}

/* The inner user namespace and all others, with a process 1 of their own. */
static pid_t
clone_inner(int as_user, char *argv[])
{
	pid_t pid = (pid_t)syscall(SYS_clone,
	    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET |
		CLONE_NEWIPC | CLONE_NEWPID | SIGCHLD,
	    NULL, NULL, NULL, NULL);

	if (pid == -1)
		err(OWN, "clone");
	if (pid > 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		err(OWN, "prctl");
	become(0, 0, 0);
	be_init(as_user, argv);
}

/*
 * Who is frozen does not die, even when killed.  So after the time nobody is
 * waited for: who called us can thaw them.
 */
static int
wait_for(pid_t pid, long seconds)
{
	struct timespec time = { .tv_sec = seconds };
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (sigtimedwait(&child, NULL, &time) == -1) {
		if (errno == EINTR)
			continue;
		kill(pid, SIGKILL);
		return LATE;
	}
	if (waitpid(pid, &status, 0) == -1)
		err(OWN, "waitpid");
	return exit_status(status);
}

static long
number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end != '\0' || n < 1 || n > 100000)
		errx(OWN, "%s: not a number from 1 to 100000", text);
	return n;
}

/* What the options ask for. */
struct options {
	const char *writable;
	int as_user, report;
	long seconds;
};

static void
parse(int argc, char *argv[], struct options *to)
{
	const char *patience = getenv("BOXLAB_PATIENCE");
	int option;

	while ((option = getopt(argc, argv, "+i:t:uw:")) != -1) {
		switch (option) {
		case 'i':
			to->report = open(optarg, O_WRONLY | O_CLOEXEC);
			if (to->report == -1)
				err(OWN, "%s", optarg);
			break;
		case 't':
			to->seconds = number(optarg);
			break;
		case 'u':
			to->as_user = 1;
			break;
		case 'w':
			to->writable = optarg;
			break;
		default:
			exit(OWN);
		}
	}
	if (optind == argc)
		errx(OWN, "no command");
	if (patience != NULL)
		to->seconds *= number(patience);
}

int
main(int argc, char *argv[])
{
	struct options options = { .report = -1, .seconds = 5 };
	sigset_t child;
	pid_t pid;
	int null;

	parse(argc, argv, &options);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1)
		err(OWN, "/dev/null");
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, NULL) == -1)
		err(OWN, "sigprocmask");
	enter_outer(options.writable);
	pid = clone_inner(options.as_user, argv + optind);
	if (options.report != -1 && dprintf(options.report, "%d\n", pid) < 0)
		err(OWN, "cannot report the pid");
	return wait_for(pid, options.seconds);
}
