/*
 * seccomp_table.c - which system calls a box may make.
 *
 * A list of what is allowed, for what nobody thought of stays refused.  Most
 * of the kernel's own checks remain behind it: chown is allowed here, and the
 * kernel still asks for CAP_CHOWN.  The filter is for the calls where one
 * mistake in that check would open the host, and for what no namespace covers:
 * the clock, the kernel's keyrings, modules, other kernels.
 *
 * Only calls of 64-bit processors stand here: the filter refuses the others.
 */

#include <sys/syscall.h>

#include <errno.h>
#include <string.h>

#include "seccomp_table.h"
#include "syscalls.h"

#define ALWAYS (-1)
#define REFUSE(error) (SECCOMP_RET_ERRNO | (error))
#define INT UINT32_MAX /* all the kernel looks at, of an int argument */

/*
 * The flags of clone(2) that make a namespace: NEWNS, NEWCGROUP, NEWUTS,
 * NEWIPC, NEWUSER, NEWPID, NEWNET.
 */
#define CLONE_NEW_ANY 0x7e020000

static const struct seccomp_default table[] = {
	/* Files: descriptors, reading and writing. */
	{ "read write readv writev pread64 pwrite64 preadv pwritev "
	  "preadv2 pwritev2 lseek close close_range dup dup2 dup3 fcntl "
	  "flock fsync fdatasync sync syncfs sync_file_range ftruncate "
	  "truncate fallocate fadvise64 readahead sendfile splice tee "
	  "vmsplice copy_file_range ioctl pipe pipe2 memfd_create "
	  "memfd_secret cachestat",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Files: names, modes and attributes.  The file system checks. */
	{ "open openat openat2 creat access faccessat faccessat2 stat "
	  "lstat fstat newfstatat statx statfs fstatfs readlink "
	  "readlinkat getcwd chdir fchdir getdents getdents64 mkdir "
	  "mkdirat rmdir link linkat symlink symlinkat unlink unlinkat "
	  "rename renameat renameat2 mknod mknodat chmod fchmod fchmodat "
	  "fchmodat2 chown fchown lchown fchownat umask utime utimes "
	  "futimesat utimensat name_to_handle_at statmount listmount",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr "
	  "fsetxattr setxattrat listxattr llistxattr flistxattr "
	  "listxattrat removexattr lremovexattr fremovexattr "
	  "removexattrat file_getattr file_setattr",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Waiting for files, and asynchronous i/o; not io_uring, see below. */
	{ "select pselect6 poll ppoll epoll_create epoll_create1 "
	  "epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait "
	  "epoll_pwait2 eventfd eventfd2 inotify_init inotify_init1 "
	  "inotify_add_watch inotify_rm_watch fanotify_mark io_setup "
	  "io_destroy io_submit io_cancel io_getevents io_pgetevents",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Memory of one's own. */
	{ "brk mmap munmap mremap mprotect madvise msync mincore mlock "
	  "mlock2 mlockall munlock munlockall mseal remap_file_pages "
	  "membarrier pkey_alloc pkey_free pkey_mprotect map_shadow_stack "
	  "process_mrelease",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/*
	 * Processes and threads.  The kernel's check for reading another
	 * one's memory is sound since 4.8, and the box sees its own only.
	 */
	{ "fork vfork execve execveat exit exit_group wait4 waitid getpid "
	  "getppid gettid getpgid setpgid getpgrp getsid setsid "
	  "set_tid_address restart_syscall arch_prctl prctl modify_ldt "
	  "get_thread_area set_thread_area rseq pidfd_open "
	  "pidfd_send_signal ptrace process_vm_readv process_vm_writev "
	  "uretprobe uprobe",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "futex futex_waitv futex_wait futex_wake futex_requeue "
	  "get_robust_list set_robust_list",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Signals. */
	{ "kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending "
	  "rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo "
	  "rt_tgsigqueueinfo rt_sigreturn sigaltstack signalfd signalfd4 "
	  "pause alarm",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Time: to read it, to wait for it.  Setting it is further below. */
	{ "time times gettimeofday clock_gettime clock_getres nanosleep "
	  "clock_nanosleep getitimer setitimer timer_create timer_settime "
	  "timer_gettime timer_getoverrun timer_delete timerfd_create "
	  "timerfd_settime timerfd_gettime",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },
	/* These read as well, and set only with CAP_SYS_TIME. */
	{ "adjtimex clock_adjtime", ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Scheduling and limits: the group's limits hold anyhow. */
	{ "sched_yield sched_getparam sched_setparam sched_getscheduler "
	  "sched_setscheduler sched_getattr sched_setattr "
	  "sched_getaffinity sched_setaffinity sched_get_priority_max "
	  "sched_get_priority_min sched_rr_get_interval getpriority "
	  "setpriority ioprio_get ioprio_set getrlimit setrlimit "
	  "prlimit64 getrusage getcpu",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Who am I?  The user namespace and CAP_SETUID decide the rest. */
	{ "getuid geteuid getresuid getgid getegid getresgid getgroups "
	  "setuid setreuid setresuid setfsuid setgid setregid setresgid "
	  "setfsgid setgroups capget capset",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* More walls inside the box only make it tighter. */
	{ "seccomp landlock_create_ruleset landlock_add_rule "
	  "landlock_restrict_self",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Facts about the machine. */
	{ "uname sysinfo getrandom", ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* System V and POSIX messages, in the box's IPC namespace. */
	{ "shmget shmat shmdt shmctl semget semop semtimedop semctl "
	  "msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend "
	  "mq_timedreceive mq_notify mq_getsetattr",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/*
	 * The network, but for two families: AF_ALG (38) is a door to the
	 * kernel's ciphers that has let attackers in, and no namespace
	 * separates AF_VSOCK (40), which speaks to the hypervisor.
	 */
	{ "socket", ALWAYS, REFUSE(EPERM), 0, INT, 38 },
	{ "socket", ALWAYS, REFUSE(EPERM), 0, INT, 40 },
	{ "socket socketpair bind listen accept accept4 connect shutdown "
	  "getsockname getpeername getsockopt setsockopt sendto sendmsg "
	  "sendmmsg recvfrom recvmsg recvmmsg",
	    ALWAYS, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/*
	 * A new namespace, above all a user namespace, is a new way to reach
	 * code that was written for root.  clone3 takes its flags in memory,
	 * where a filter cannot read: "no such call" makes libc use clone.
	 */
	{ "clone clone3 unshare setns", CAP_SYS_ADMIN, SECCOMP_RET_ALLOW, 0, 0,
	    0 },
	{ "clone", ALWAYS, SECCOMP_RET_ALLOW, 0, CLONE_NEW_ANY, 0 },
	{ "clone3", ALWAYS, REFUSE(ENOSYS), 0, 0, 0 },

	/*
	 * Personalities change how a program is run.  Harmless ones: Linux,
	 * 32-bit Linux, both with uname's old numbers, and "which have I?".
	 */
	{ "personality", ALWAYS, SECCOMP_RET_ALLOW, 0, INT, 0 },
	{ "personality", ALWAYS, SECCOMP_RET_ALLOW, 0, INT, 0x8 },
	{ "personality", ALWAYS, SECCOMP_RET_ALLOW, 0, INT, 0x20000 },
	{ "personality", ALWAYS, SECCOMP_RET_ALLOW, 0, INT, 0x20008 },
	{ "personality", ALWAYS, SECCOMP_RET_ALLOW, 0, INT, 0xffffffff },

	/* Mounts could undo masked and read-only paths. */
	{ "mount umount2 pivot_root mount_setattr move_mount open_tree "
	  "open_tree_attr fsopen fsconfig fsmount fspick quotactl "
	  "quotactl_fd",
	    CAP_SYS_ADMIN, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "sethostname setdomainname fanotify_init lookup_dcookie "
	  "perf_event_open bpf syslog",
	    CAP_SYS_ADMIN, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "bpf", CAP_BPF, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "perf_event_open", CAP_PERFMON, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Opens any file of a file system by number: out of every jail. */
	{ "open_by_handle_at", CAP_DAC_READ_SEARCH, SECCOMP_RET_ALLOW, 0, 0,
	    0 },
	{ "chroot", CAP_SYS_CHROOT, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* Reaching into other processes, beyond what ptrace may. */
	{ "kcmp pidfd_getfd process_madvise", CAP_SYS_PTRACE, SECCOMP_RET_ALLOW,
	    0, 0, 0 },
	{ "mbind get_mempolicy set_mempolicy set_mempolicy_home_node",
	    CAP_SYS_NICE, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/* The machine itself: there is one for all boxes. */
	{ "settimeofday clock_settime", CAP_SYS_TIME, SECCOMP_RET_ALLOW, 0, 0,
	    0 },
	{ "reboot", CAP_SYS_BOOT, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "init_module finit_module delete_module", CAP_SYS_MODULE,
	    SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "iopl ioperm", CAP_SYS_RAWIO, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "acct", CAP_SYS_PACCT, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "vhangup", CAP_SYS_TTY_CONFIG, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ "syslog", CAP_SYSLOG, SECCOMP_RET_ALLOW, 0, 0, 0 },

	/*
	 * Left out on purpose: io_uring (it makes system calls that no filter
	 * sees), add_key, request_key and keyctl (one keyring for all boxes),
	 * userfaultfd (it holds the kernel where an attacker wants it),
	 * kexec, swapon and what no kernel has any more.
	 */
};

/* The rules of one group; returns how many rules there are now. */
static size_t
add_group(const struct seccomp_default *group, struct seccomp_rule *rules,
    size_t n, size_t max)
{
	const char *at = group->names;
	char name[32];
	size_t len;
	int nr;

	for (; *at != '\0'; at += len + (at[len] == ' ')) {
		len = strcspn(at, " ");
		if (len >= sizeof(name))
			continue; /* no call has a name as long as that */
		memcpy(name, at, len);
		name[len] = '\0';
		nr = syscall_number(name);
		if (nr != -1 && n < max)
			rules[n++] = (struct seccomp_rule){ nr, group->action,
				group->arg, group->mask, group->value };
	}
	return n;
}

size_t
seccomp_default_rules(uint64_t caps, struct seccomp_rule *rules, size_t max)
{
	size_t i, n = 0;
	int nr;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].cap == ALWAYS ||
		    (caps & SECCOMP_CAP(table[i].cap)) != 0)
			n = add_group(&table[i], rules, n, max);
	if (n == 0)
		return 0;
	seccomp_sort(rules, n);

	/*
	 * A call younger than this table does not exist, as far as the box can
	 * tell.  With EPERM, libc would not fall back to an older one.
	 */
	for (nr = rules[n - 1].nr + 1; nr < 640 && n < max; nr++)
		rules[n++] =
		    (struct seccomp_rule){ .nr = nr, .action = REFUSE(ENOSYS) };
	return n < max ? n : 0;
}
