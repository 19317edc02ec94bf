/*
 * box_probe.c - make the system calls named on the command line, one after
 * the other, each in a child, and print "NAME: ok" or "NAME: errno".  Static,
 * to run in any image.
 */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Out of a chroot: keep the old root open, enter a new one, step back and
 * climb.  It worked if the file named in CANARY, a host's, is there.
 */
static long
climb(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	mkdir("/climb", 0755);
	if (fd == -1 || chroot("/climb") == -1 || fchdir(fd) == -1)
		return -1;
	for (int i = 0; i < 64; i++)
		if (chdir("..") == -1)
			return -1;
	if (chroot(".") == -1)
		return -1;
	return access(getenv("CANARY"), F_OK);
}

/* A second process, which must not print the result a second time. */
static long
clone_child(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long
call(const char *name)
{
	static char zeros[4096];
	long fd = 0;

#define CALL(text, expression)         \
	if (strcmp(name, text) == 0) { \
		return (expression);   \
	}
	CALL("unshare_user", syscall(SYS_unshare, CLONE_NEWUSER));
	CALL("unshare_mount", syscall(SYS_unshare, CLONE_NEWNS));
	CALL("clone", clone_child(0));
	CALL("clone_user", clone_child(CLONE_NEWUSER));
	CALL("clone3", syscall(SYS_clone3, zeros, 64));
	fd = open("/proc/self/ns/uts", O_RDONLY);
	CALL("setns", syscall(SYS_setns, fd, 0));
	CALL("mount", mount("tmpfs", "/tmp", "tmpfs", 0, NULL));
	CALL("umount", umount2("/proc", MNT_DETACH));
	CALL("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
	CALL("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1));
	CALL("keyctl", syscall(SYS_keyctl, 0, -3, 0) == -1 ? -1 : 0);
	CALL("add_key", syscall(SYS_add_key, "user", "x", "y", 1, -3));
	CALL("request_key", syscall(SYS_request_key, "user", "x", NULL, 0));
	CALL("bpf", syscall(SYS_bpf, 0, zeros, 64));
	CALL("perf_event_open",
	    syscall(SYS_perf_event_open, zeros, 0, 0, -1, 0));
	CALL("io_uring_setup", syscall(SYS_io_uring_setup, 1, zeros));
	CALL("userfaultfd", syscall(SYS_userfaultfd, 1));
	CALL("init_module", syscall(SYS_init_module, zeros, 1, ""));
	CALL("kexec_load", syscall(SYS_kexec_load, 0, 0, 0, 0));
	CALL("reboot", syscall(SYS_reboot, 0, 0, 0, 0)); /* bad magic */
	CALL("swapon", syscall(SYS_swapon, "/", 0));
	CALL("settimeofday", syscall(SYS_settimeofday, (void *)1, NULL));
	CALL("open_by_handle_at",
	    syscall(SYS_open_by_handle_at, AT_FDCWD, zeros, 0));
	CALL("syslog", syscall(SYS_syslog, 10, NULL, 0));
	CALL("personality", syscall(SYS_personality, 0x40000) == -1 ? -1 : 0);
	CALL("personality_query", syscall(SYS_personality, 0xffffffff));
	CALL("socket_alg", syscall(SYS_socket, 38, 5, 0));
	CALL("socket_vsock", syscall(SYS_socket, 40, 1, 0));
	CALL("socket_inet", syscall(SYS_socket, 2, 1, 0));
	CALL("acct", syscall(SYS_acct, NULL));
	CALL("chroot", chroot("/"));
#ifdef SYS_iopl
	CALL("iopl", syscall(SYS_iopl, 3));
#else
	CALL("iopl", (errno = EPERM, -1));
#endif
#ifdef __x86_64__
	CALL("x32_getpid", syscall(0x40000000 | SYS_getpid));
#endif
	CALL("ptrace_1", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
	CALL("tiocsti", ioctl(STDIN_FILENO, TIOCSTI, "x"));
	CALL("tiocsti_out", ioctl(STDOUT_FILENO, TIOCSTI, "x"));

	CALL("climb", climb());

	fprintf(stderr, "box_probe: what is %s?\n", name);
	exit(2);
}

/* In a child, for a call that works may do harm. */
static void
probe(const char *name)
{
	int wstatus;
	pid_t pid, parent = getpid();

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (call(name) != -1)
			errno = 0;
		if (getppid() == parent)
			printf("%s: %s\n", name,
			    errno == 0 ? "ok" : strerrorname_np(errno));
		exit(0);
	}
	if (waitpid(pid, &wstatus, 0) == pid && WIFSIGNALED(wstatus))
		printf("%s: killed by %d\n", name, WTERMSIG(wstatus));
	else if (wstatus != 0)
		exit(2);
}

int
main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		probe(argv[i]);
	return 0;
}
