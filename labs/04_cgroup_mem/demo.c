/* demo.c - the demonstration of lab 04: a limit, and a group as one. */

#define _GNU_SOURCE
#include <sys/mman.h>

#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "demo.h"
#include "exit.h"
#include "file.h"
#include "group.h"
#include "guard.h"
#include "hierarchy.h"
#include "run.h"
#include "say.h"
#include "scenes.h"
#include "use.h"

/* What processes inside the group tell those outside, even killed ones. */
struct report {
	_Atomic uint64_t pages;
	_Atomic bool born_inside;
};

void
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
static bool
born_inside(const char *group)
{
	char text[8192];

	return file_read("/proc/self/cgroup", text, sizeof(text)) > 0 &&
	    strstr(text, group) != NULL;
}

static _Noreturn void
overrun_box(const char *group, uint64_t limit, struct report *report)
{
	pid_t child;
	int status;

	say(SAY_BOX, "a shell, say; it starts a greedy child");
	fflush(NULL);
	child = fork();
	if (child == -1)
		err(EXIT_OWN, "fork");
	if (child == 0) {
		report->born_inside = born_inside(group);
		use_pages(limit + 16 * MIB, &report->pages);
		exit(0);
	}
	status = run_wait(child);
	say_claim(SAY_BOX, report->born_inside,
	    "my child was born in the group, nobody put it there");
	say_claim(SAY_BOX, status == EXIT_SIGNAL + SIGKILL,
	    "it touched %" PRIu64 " pages; its exit status is %d (128 + %d, "
	    "SIGKILL), and I live",
	    report->pages, status, SIGKILL);
	exit(say_verdict());
}

static void
show_limit(const char *group, uint64_t limit)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct cgroup_memory before, after;
	struct report *report;
	pid_t box;

	group_limit(group, limit);
	before = group_look(group);
	say_claim(SAY_HOST, before.limit == limit / page * page,
	    "asked for %" PRIu64 " bytes, got %" PRIu64 ": %" PRIu64
	    " whole pages of %" PRIu64,
	    limit, before.limit, before.limit / page, page);

	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		err(EXIT_OWN, "mmap");
	box = guard_fork_into(group);
	if (box == 0)
		overrun_box(group, limit, report);
	say_claim(SAY_HOST, run_wait(box) == 0, "the box ended well");
	after = group_look(group);
	say_claim(SAY_HOST,
	    after.oom_kills == before.oom_kills + 1 &&
		after.peak <= after.limit,
	    "%" PRIu64 " kill at the limit; the most ever in use was %" PRIu64
	    " bytes",
	    after.oom_kills - before.oom_kills, after.peak);
}

int
demonstrate(const char *group, uint64_t limit)
{
	pid_t story;

	if (limit < 2 * MIB || limit > 64 * MIB)
		errx(EXIT_OWN, "the demonstration wants a limit of 2M to 64M");
	story = guard_fork();
	if (story != 0)
		return exit_status(guard_wait(story, 0));
	show_limit(group, limit);
	show_sum(group);
	show_tmpfs(group);
	show_freeze(group);
	show_removal(group);
	exit(say_verdict());
}
