/* scenes.c - the later scenes of the demonstration: the group as one. */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include <err.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "group.h"
#include "guard.h"
#include "hierarchy.h"
#include "run.h"
#include "say.h"
#include "scenes.h"
#include "sync.h"
#include "use.h"

static void
own_pages(uint64_t bytes)
{
	use_pages(bytes, NULL);
}

/* A process in the group that uses memory, says so, and stays. */
static pid_t
start_user(const char *group, void (*use)(uint64_t), uint64_t bytes,
    struct sync *ready)
{
	pid_t pid;

	sync_open(ready);
	pid = guard_fork_into(group);
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
empty(const char *group)
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

void
show_sum(const char *group)
{
	struct sync ready;
	struct cgroup_memory before, one, two;
	uint64_t died;
	pid_t first;
	int killed;

	group_limit(group, 64 * MIB);
	before = group_look(group);
	first = start_user(group, own_pages, 40 * MIB, &ready);
	(void)sync_wait(&ready);
	one = group_look(group);
	say_claim(SAY_HOST,
	    about(one.current - before.current, 40 * MIB) &&
		one.oom_kills == before.oom_kills,
	    "limit %" PRIu64 "; one process took %" PRIu64
	    ", the group uses %" PRIu64 " more",
	    one.limit, 40 * MIB, one.current - before.current);

	start_user(group, own_pages, 40 * MIB, &ready);
	(void)sync_wait(&ready);
	two = group_look(group);
	died = two.oom_kills - one.oom_kills;
	say_claim(SAY_HOST, died > 0,
	    "a second took as much: neither is over the limit, their sum is, "
	    "and %" PRIu64 " died",
	    died);
	if (died > 1)
		say(SAY_HOST,
		    "both: the first one's memory was not back in time");
	else if (died == 1)
		say(SAY_HOST,
		    waitpid(-1, NULL, 0) == first
			? "it was the first: not who asks last dies, but who "
			  "has most"
			: "it was the second, the one that asked for more");
	killed = cgroup_kill(group);
	say_claim(SAY_HOST, killed == 0 && empty(group),
	    "killed as one, the group is empty and uses %" PRIu64 " bytes",
	    group_look(group).current);
	reap();
}

void
show_tmpfs(const char *group)
{
	struct sync ready;
	uint64_t before = group_look(group).current, after, resident;
	pid_t pid = start_user(group, use_tmpfs, 32 * MIB, &ready);

	if (sync_wait(&ready) == -1)
		exit(run_wait(pid));
	after = group_look(group).current;
	resident = resident_bytes(pid);
	say_claim(SAY_HOST,
	    about(after - before, 32 * MIB) && resident < 16 * MIB,
	    "a process of %" PRIu64 " bytes wrote a file of %" PRIu64
	    " to a tmpfs: the group uses %" PRIu64 " more",
	    resident, 32 * MIB, after - before);
	cgroup_kill(group);
	reap();
}

void
show_freeze(const char *group)
{
	_Atomic uint64_t *beats;
	uint64_t frozen, later;
	int tries = 0;

	beats = mmap(NULL, sizeof(*beats), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (beats == MAP_FAILED)
		err(EXIT_OWN, "mmap");
	if (guard_fork_into(group) == 0)
		for (;;)
			++*beats;
	while (*beats == 0)
		sched_yield();
	if (cgroup_freeze(group, true) == -1)
		err(EXIT_OWN, "cgroup_freeze: %s", group);
	frozen = *beats;
	poll(NULL, 0, 20);
	later = *beats;
	say_claim(SAY_HOST, frozen == later,
	    "frozen at beat %" PRIu64 ", after 20 ms still at %" PRIu64, frozen,
	    later);
	if (cgroup_freeze(group, false) == -1)
		err(EXIT_OWN, "cgroup_freeze: %s", group);
	while (*beats == later && tries++ < 5000)
		poll(NULL, 0, 1);
	say_claim(SAY_HOST, *beats != later, "thawed, it beats again");
	cgroup_kill(group);
	reap();
}

void
show_removal(const char *group)
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
