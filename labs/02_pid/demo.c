/* demo.c - the demonstration of lab 02, in three acts. */

#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "exit.h"
#include "nsid.h"
#include "pid.h"
#include "run.h"
#include "say.h"
#include "sync.h"

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
	box_numbers(0, pids, sizeof(pids));
	say(SAY_BOX, "/proc is still the host's, and numbers me: %s", pids);
	box_enter_proc();
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
	box = box_start(1);
	if (box == 0)
		box_alone(&looked);
	if (sync_wait(&looked) == -1)
		return run_wait(box);

	host_levels = box_numbers(0, mine, sizeof(mine));
	box_levels = box_numbers(box, boxed, sizeof(boxed));
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
	return most == before + n && count_processes() == before;
}

/* Second act, in the box. */
static _Noreturn void
box_with_init(struct sync *ready)
{
	sigset_t mask;
	pid_t child;

	box_enter_proc();
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
	say_claim(SAY_BOX, make_orphans(100),
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
	box = box_start(1);
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
show_levels(int levels)
{
	char pids[512];
	int host_levels = box_numbers(0, pids, sizeof(pids));
	pid_t pid;

	for (int level = 1; level <= levels; level++) {
		pid = box_start(level);
		if (pid != 0)
			return run_wait(pid);
	}
	say_claim(SAY_BOX,
	    box_numbers(0, pids, sizeof(pids)) == host_levels + levels,
	    "%d levels down, the host's /proc numbers me: %s", levels, pids);
	box_enter_proc();
	say_claim(SAY_BOX, box_numbers(0, pids, sizeof(pids)) == 1,
	    "my own /proc numbers me: %s", pids);
	exit(say_verdict());
}

int
demonstrate(int levels)
{
	char pids[256];
	int status;

	alarm(10); /* an init that does not do its duty makes us wait */
	box_numbers(0, pids, sizeof(pids));
	say(SAY_HOST, "process %s, in pid:[%ju]", pids,
	    (uintmax_t)ns_id(0, "pid"));
	status = show_process_one();
	if (status == 0)
		status = show_init();
	if (status == 0)
		status = show_levels(levels);
	return status != 0 ? status : say_verdict();
}
