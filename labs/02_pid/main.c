/*
 * 02_pid - process number one.
 *
 * Without a command: show, and check, what being process 1 means, seen from
 * the box and from the host.  With one: run it in a PID namespace of its own,
 * as process 1, or with -i as process 2 behind an init; with -l several
 * namespaces deep.
 *
 * Signals to 02_pid are passed on to process 1, and take effect only if that
 * has a handler.  So TERM or Ctrl-C does not end "02_pid sleep 99" but does
 * end "02_pid -i sleep 99".  KILL ends either, and the box with it.
 */

#define _GNU_SOURCE
#include <sys/prctl.h>

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "nsid.h"
#include "pid.h"
#include "run.h"
#include "say.h"
#include "sync.h"
#include "userns.h"

enum {
	DEEPEST = 32, /* the kernel's MAX_PID_NS_LEVEL */
	ORPHANS = 100,
};

static bool with_init; /* -i */
static int levels; /* -l */
static bool verbose; /* -v */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out, "usage: %s [-hiv] [-l levels] [command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	const char *why;
	int c;

	while ((c = getopt(argc, argv, "+hivl:")) != -1)
		switch (c) {
		case 'i':
			with_init = true;
			break;
		case 'l':
			levels = (int)strtonum(optarg, 1, DEEPEST, &why);
			if (why != NULL)
				errx(EXIT_OWN, "levels %s: %s (1 to %d)",
				    optarg, why, DEEPEST);
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
}

/*
 * The numbers of a process as "4711 12 1", from the namespace that /proc
 * shows down to the process's own.  Returns how many there are.  pid 0 is the
 * caller.
 */
static int
look_up(pid_t pid, char *buf, size_t size)
{
	char path[64] = "/proc/self/status", line[1024], *word, *rest = line;
	int count = 0;
	FILE *f;

	if (pid != 0)
		file_path(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	do
		if (fgets(line, sizeof(line), f) == NULL)
			errx(EXIT_OWN, "%s: no NSpid", path);
	while (strncmp(line, "NSpid:", 6) != 0);
	fclose(f);

	buf[0] = '\0';
	strsep(&rest, "\t");
	while ((word = strsep(&rest, "\t\n")) != NULL)
		if (word[0] != '\0') {
			if (count++ > 0)
				strlcat(buf, " ", size);
			strlcat(buf, word, size);
		}
	return count;
}

/* How many processes does /proc show? */
static int
count_processes(void)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	int count = 0;

	if (proc == NULL)
		err(EXIT_OWN, "/proc");
	while ((entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			count++;
	closedir(proc);
	return count;
}

static void
become_able(void)
{
	if (!userns_needed())
		return;
	userns_enter();
	say(SAY_HOST, "not root: working in a user namespace, user:[%ju]",
	    (uintmax_t)ns_id(0, "user"));
}

static _Noreturn void
refused(int level)
{
	if (errno == ENOSPC)
		errx(EXIT_OWN,
		    "no PID namespace at level %d: they nest %d deep at most, "
		    "ours included (or see the sysctl user.max_pid_namespaces)",
		    level, DEEPEST);
	if (errno == ENOSYS)
		errx(EXIT_OWN,
		    "clone3: refused by a seccomp filter, as in a container "
		    "(use the virtual machine, make vm)");
	err(EXIT_OWN, "clone3: PID namespace at level %d", level);
}

/*
 * A fork into a new PID namespace, whose process 1 is killed when we die.  It
 * returns there only after both sides know of each other: the kernel tells
 * nothing about a parent that died before prctl(2), and getppid(2) is 0
 * inside, dead or alive.
 */
static pid_t
start_box(int level)
{
	struct sync armed, go;
	pid_t pid;

	sync_open(&armed);
	sync_open(&go);
	fflush(NULL);
	pid = pid_clone_init(-1);
	if (pid == -1)
		refused(level);
	if (pid == 0) {
		/* Lost again by the exec of a set-uid program. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
			err(EXIT_OWN, "prctl: PR_SET_PDEATHSIG");
		sync_go(&armed);
		if (sync_wait(&go) == -1)
			exit(EXIT_OWN);
		return 0;
	}
	if (sync_wait(&armed) == -1)
		exit(run_wait(pid));
	sync_go(&go);
	return pid;
}

/* In the innermost box: show /proc as it is here, and only here. */
static void
enter_proc(void)
{
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	pid_mount_proc("/proc");
}

/*
 * The tool.  Each level's process 1 makes the next one and is its init; the
 * host's end of the chain does as they do.
 */
static int
run_box(char *argv[])
{
	char pids[256];
	sigset_t mask;
	pid_t child;

	pid_block_signals(&mask);
	for (int level = 1; level <= levels; level++) {
		child = start_box(level);
		if (child != 0) {
			if (level == 1 && verbose) {
				look_up(child, pids, sizeof(pids));
				say(SAY_HOST, "the box's process 1 is %s",
				    pids);
			}
			return pid_init(child);
		}
	}

	enter_proc();
	say(SAY_BOX, "process %d of pid:[%ju], level %d", getpid(),
	    (uintmax_t)ns_id(0, "pid"), levels);
	if (with_init) {
		fflush(NULL);
		child = fork();
		if (child == -1)
			err(EXIT_OWN, "fork");
		if (child != 0)
			return pid_init(child);
		say(SAY_BOX, "the command is process %d, behind an init",
		    getpid());
	}
	if (sigprocmask(SIG_SETMASK, &mask, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	run_exec(argv);
}

/* First act, in the box: numbers, /proc, and signals that do not arrive. */
static _Noreturn void
box_alone(struct sync *looked)
{
	char pids[256];
	pid_t other;

	/* If this is not so, the rest would happen to the host. */
	if (!say_claim(SAY_BOX, getpid() == 1, "I am process %d, in pid:[%ju]",
		getpid(), (uintmax_t)ns_id(0, "pid")))
		exit(say_verdict());
	look_up(0, pids, sizeof(pids));
	say(SAY_BOX, "/proc is still the host's, and numbers me: %s", pids);
	enter_proc();
	say_claim(SAY_BOX, count_processes() == 1,
	    "/proc mounted afresh: nobody there but me");

	/* The kernel has to choose: drop these, or end the whole box. */
	say_claim(SAY_BOX, kill(1, SIGTERM) == 0 && kill(1, SIGKILL) == 0,
	    "kill -TERM 1 and kill -9 1, from inside: I do not notice");
	if (say_verdict() != 0)
		exit(say_verdict());

	other = fork();
	if (other == -1)
		err(EXIT_OWN, "fork");
	if (other == 0)
		sync_go(looked);
	for (;;)
		pause();
}

/* First act, on the host. */
static int
show_process_one(void)
{
	char mine[256], boxed[256], before[16] = "", after[16] = "";
	struct sync looked, alive;
	int host_levels, box_levels, status;
	pid_t box;

	if (readlink("/proc/self", before, sizeof(before) - 1) == -1)
		err(EXIT_OWN, "/proc/self");
	sync_open(&looked);
	sync_open(&alive);
	box = start_box(1);
	if (box == 0)
		box_alone(&looked);
	if (sync_wait(&looked) == -1)
		return run_wait(box);

	host_levels = look_up(0, mine, sizeof(mine));
	box_levels = look_up(box, boxed, sizeof(boxed));
	say_claim(SAY_HOST, box_levels == host_levels + 1,
	    "my NSpid is %s, the box's is %s: a number more, one per level",
	    mine, boxed);
	if (readlink("/proc/self", after, sizeof(after) - 1) == -1)
		err(EXIT_OWN, "/proc/self");
	say_claim(SAY_HOST, strcmp(before, after) == 0,
	    "/proc/self is %s as before: my own /proc was not covered", after);
	say_claim(SAY_HOST, ns_id(0, "pid_for_children") == ns_id(0, "pid"),
	    "my later children will be numbered as I am");

	/* If TERM did anything, the status would be 143. */
	kill(box, SIGTERM);
	kill(box, SIGKILL);
	status = run_wait(box);
	say_claim(SAY_HOST, status == EXIT_SIGNAL + SIGKILL,
	    "kill -TERM from outside: nothing; kill -9: dead, status %d",
	    status);
	say_claim(SAY_HOST, sync_wait(&alive) == -1,
	    "its other process, which held a pipe open, died with it");
	return 0;
}

/*
 * Leave n processes without their parent, alive, and let them die after that.
 * Returns whether /proc showed them to have come and gone.
 */
static bool
make_orphans(int n)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	struct sync die;
	int before = count_processes(), most;
	pid_t pid;

	sync_open(&die);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0) {
		while (n-- > 0)
			if (fork() == 0) {
				sync_wait(&die);
				_exit(0);
			}
		_exit(0);
	}
	run_wait(pid);
	most = count_processes();
	say(SAY_BOX, "%d processes, for %d of them the parent is gone", most,
	    most - before);
	sync_close(&die);

	/* Nobody says when another has reaped: look again, for five seconds. */
	for (int i = 0; i < 5000 && count_processes() != before; i++)
		nanosleep(&ms, NULL);
	return most == before + ORPHANS && count_processes() == before;
}

/* Second act, in the box. */
static _Noreturn void
box_with_init(struct sync *ready)
{
	sigset_t mask;
	pid_t child;

	enter_proc();
	pid_block_signals(&mask);
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child != 0)
		exit(pid_init(child));

	sigprocmask(SIG_SETMASK, &mask, NULL);
	say_claim(
	    SAY_BOX, getpid() == 2, "I am process %d, 1 is an init", getpid());
	say_claim(SAY_BOX, make_orphans(ORPHANS),
	    "they died, and the init has reaped every one");
	if (say_verdict() != 0)
		exit(say_verdict());
	sync_go(ready);
	for (;;)
		pause();
}

/* Second act, on the host: a box with an init can be told to stop. */
static int
show_init(void)
{
	struct sync ready;
	int status;
	pid_t box;

	sync_open(&ready);
	box = start_box(1);
	if (box == 0)
		box_with_init(&ready);
	if (sync_wait(&ready) == -1)
		return run_wait(box);
	kill(box, SIGTERM);
	status = run_wait(box);
	say_claim(SAY_HOST, status == EXIT_SIGNAL + SIGTERM,
	    "kill -TERM to the init is passed on: status %d", status);
	return 0;
}

/* Third act: a process 1 makes a process 1, and so on. */
static int
show_levels(void)
{
	char pids[512];
	int host_levels = look_up(0, pids, sizeof(pids));
	pid_t pid;

	for (int level = 1; level <= levels; level++) {
		pid = start_box(level);
		if (pid != 0)
			return run_wait(pid);
	}
	say_claim(SAY_BOX,
	    look_up(0, pids, sizeof(pids)) == host_levels + levels,
	    "%d levels down, the host's /proc numbers me: %s", levels, pids);
	enter_proc();
	say_claim(SAY_BOX, look_up(0, pids, sizeof(pids)) == 1,
	    "my own /proc numbers me: %s", pids);
	exit(say_verdict());
}

static int
demonstrate(void)
{
	int (*const act[])(void) = { show_process_one, show_init, show_levels };
	char pids[256];
	int status;

	say_to(stdout);
	alarm(10); /* an init that does not do its duty makes us wait */
	if (levels == 0)
		levels = 3;
	become_able();
	look_up(0, pids, sizeof(pids));
	say(SAY_HOST, "process %s, in pid:[%ju]", pids,
	    (uintmax_t)ns_id(0, "pid"));
	for (size_t i = 0; i < sizeof(act) / sizeof(act[0]); i++) {
		status = act[i]();
		if (status != 0)
			return status;
	}
	return say_verdict();
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (argc == optind)
		return demonstrate();
	if (levels == 0)
		levels = 1;
	become_able();
	return run_box(argv + optind);
}
