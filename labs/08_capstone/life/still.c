/*
 * still.c - keep a container as it is while its files are read.
 *
 * What one has frozen one has to thaw, even if one is killed.  So who freezes
 * is a process of its own that waits for the end of a pipe: the kernel closes
 * the other side of it, whatever becomes of who has that.
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "exit.h"
#include "file.h"
#include "lookup.h"
#include "still.h"
#include "sync.h"

/* What there is to undo. */
struct held {
	struct state *state;
	struct state taken; /* it has ended, and is ours: has a lock */
	bool frozen;
};

static void
set_paused(struct facts *facts, const void *arg)
{
	const bool *on = arg;

	facts->paused = *on && strcmp(facts->phase, "running") == 0;
}

static void
thaw(struct held *held)
{
	static const bool off = false;

	/* Others may have let it go on, or ended it. */
	if (cgroup_freeze(held->state->cgroup, false) == -1 &&
	    errno != ENOENT && errno != ENODEV)
		warn("%s: cannot be woken up", held->state->name);
	if (find_alive(held->state))
		state_edit(held->state, set_paused, &off);
}

static int
freeze(struct held *held, enum still_pause pause)
{
	static const bool on = true;
	struct state *state = held->state;

	/* First, so that "box unpause" helps, whatever becomes of us. */
	held->frozen = true;
	if (state_edit(state, set_paused, &on) == -1)
		return -1;
	if (cgroup_freeze(state->cgroup, true) == 0)
		return 0;
	if (errno != ENOENT && errno != ENODEV) {
		warn("%s: cannot be paused", state->name);
		return -1;
	}
	thaw(held);
	held->frozen = false;
	warnx("%s has no cgroup to freeze%s", state->name,
	    pause == STILL_PAUSED ? " (--pause=false)"
				  : ": it goes on while its files are read");
	return pause == STILL_PAUSED ? -1 : 0;
}

/* With the lock: what does the container do now? */
static int
take(struct held *held, enum still_pause pause)
{
	struct state *state = held->state;

	strlcpy(held->taken.home, state->home, sizeof(held->taken.home));
	if (state_take(&held->taken, state->id, STATE_KEEP) == 0)
		return 0;
	held->taken.lock = -1;
	if (errno != EEXIST || facts_read(state->dir, &state->facts) == -1) {
		warn("%s", state->name);
		return -1;
	}
	if (pause == STILL_RUNNING || state->facts.paused)
		return 0;
	if (strcmp(state->facts.phase, "running") == 0)
		return freeze(held, pause);
	warnx("%s is being started or removed just now, or waits for that",
	    state->name);
	return -1;
}

/*
 * One at a time: else the first would let go of what the second holds.  Who
 * removes the container waits for the lock too: see state_release().
 */
static int
wait_for_lock(const struct state *state)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/upper", state->dir);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		warnx("%s has no files of its own yet", state->name);
	else if (fd == -1 || flock(fd, LOCK_EX) == -1)
		warn("%s", path);
	else
		return 0;
	return -1;
}

static _Noreturn void
keep(struct state *state, enum still_pause pause, struct sync *held_now,
    struct sync *done)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGPIPE };
	struct held held = { .state = state, .taken = STATE_NONE };
	int result;

	/* What is sent to the terminal's processes is not for this one. */
	setsid();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	result = wait_for_lock(state) == -1 || take(&held, pause) == -1;
	if (result == 0) {
		sync_go(held_now);
		sync_wait(done);
	}
	if (held.frozen)
		thaw(&held);
	if (held.taken.lock != -1)
		state_return(&held.taken);
	_exit(result == 0 ? 0 : EXIT_OWN);
}

int
still_hold(struct state *state, enum still_pause pause)
{
	struct sync held_now, done;
	pid_t pid;

	sync_open(&held_now);
	sync_open(&done);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		keep(state, pause, &held_now, &done);
	if (sync_wait(&held_now) == -1)
		exit(EXIT_OWN); /* it has said why */
	close(done.fd[0]);
	if (fcntl(done.fd[1], F_SETFD, 0) == -1)
		err(EXIT_OWN, "fcntl");
	return done.fd[1];
}
