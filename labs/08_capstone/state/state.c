/*
 * state.c - what box remembers on disk.
 *
 * Each fact is one file, and is made or taken by one system call that fails
 * when someone else was first: no daemon has to keep the books.
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "process.h"
#include "state.h"

/*
 * What the file that is locked has to say.  On a full disk there is room for
 * some more words in the block that it has.
 */
static bool
says(int fd, const char *word)
{
	char text[128];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, word) != NULL;
}

/* "exit N" in the text of who has let go: all is done that had to be. */
static const char said_end[] = "exit ";

/*
 * For removal, take running/ID of one that has ended and could not say so in
 * its facts, since the disk is full: that shall not keep it from making room.
 * One that was killed has left more to do: that is for a sweep.
 */
static int
take_over(struct state *state, const char *path)
{
	struct stat st;

	state->lock = open(path, O_RDWR | O_CLOEXEC);
	if (state->lock != -1 && flock(state->lock, LOCK_EX | LOCK_NB) == 0 &&
	    fstat(state->lock, &st) == 0 && st.st_nlink == 1 &&
	    says(state->lock, said_end))
		return 0;
	if (state->lock != -1)
		close(state->lock);
	errno = EEXIST;
	return -1;
}

/* Take running/ID, locked.  Its text is for who finds the lock free. */
static int
take_lock(struct state *state, enum state_fate fate)
{
	static const char *const words[] = {
		[STATE_KEEP] = "keep",
		[STATE_REMOVE] = "rm",
		[STATE_REMOVE_ALL] = "rm-v",
	};
	char path[PATH_MAX];
	int saved;

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	state->lock = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (state->lock == -1 && errno == EEXIST && fate != STATE_KEEP)
		return take_over(state, path);
	if (state->lock == -1)
		return -1;
	if (flock(state->lock, LOCK_EX) == -1 ||
	    dprintf(state->lock, "%s\n", words[fate]) < 0) {
		saved = errno;
		unlink(path);
		close(state->lock);
		errno = saved;
		return -1;
	}
	return 0;
}

/* Between open and flock our lock is free: keep sweepers out meanwhile. */
static int
hold_running(const struct state *state)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/running", state->home);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_SH) == -1)
		err(EXIT_OWN, "%s" STATE_ELSEWHERE, path);
	return fd;
}

static void
unlink_in(const struct state *state, const char *part, const char *name)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/%s/%s", state->home, part, name);
	unlink(path);
}

static void
take_name(struct state *state)
{
	if (state_name(state, state->name) == 0)
		return;
	if (errno == EEXIST)
		warnx("the name %s is taken (box ps -a, box rm %s)",
		    state->name, state->name);
	else
		warn("%s/names/%s", state->home, state->name);
	unlink_in(state, "running", state->id);
	exit(EXIT_OWN);
}

static void
take_directory(struct state *state)
{
	if (mkdir(state->dir, 0700) == 0)
		return;
	warn("%s", state->dir);
	unlink_in(state, "names", state->name);
	unlink_in(state, "running", state->id);
	exit(EXIT_OWN);
}

static void
name_paths(struct state *state)
{
	file_path(state->cgroup, sizeof(state->cgroup), "boxlab-%s", state->id);
	file_path(state->dir, sizeof(state->dir), "%s/containers/%s",
	    state->home, state->id);
}

void
state_create(struct state *state, const char *name, bool rm)
{
	unsigned char random[STATE_ID_SIZE / 2];
	int running;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		err(EXIT_OWN, "getrandom");
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(state->id + 2 * i, 3, "%02x", random[i]);
	strlcpy(
	    state->name, name != NULL ? name : state->id, sizeof(state->name));
	strlcpy(state->facts.name, state->name, sizeof(state->facts.name));
	state->facts.created = facts_now();
	state->facts.rm = rm;
	name_paths(state);
	running = hold_running(state);
	if (take_lock(state, rm ? STATE_REMOVE_ALL : STATE_KEEP) == -1)
		err(EXIT_OWN, "%s/running/%s" STATE_ELSEWHERE, state->home,
		    state->id);
	take_name(state);
	take_directory(state);
	close(running);
}

int
state_take(struct state *state, const char *id, enum state_fate fate)
{
	int running = hold_running(state), saved;

	strlcpy(state->id, id, sizeof(state->id));
	name_paths(state);
	if (take_lock(state, fate) == -1) {
		saved = errno;
		close(running);
		errno = saved;
		return -1;
	}
	close(running);
	if (facts_read(state->dir, &state->facts) == 0) {
		strlcpy(state->name, state->facts.name, sizeof(state->name));
		return 0;
	}
	saved = errno;
	unlink_in(state, "running", state->id);
	close(state->lock);
	errno = saved;
	return -1;
}

/* Once: a sweep that could not finish may be followed by many. */
static void
say_status(const struct state *state, int status)
{
	if (!says(state->lock, said_end))
		dprintf(state->lock, "exit %d\n", status);
}

bool
state_unwanted(const struct state *state)
{
	return state->facts.stopping || says(state->lock, "stop\n");
}

int
state_unwant(const struct state *state)
{
	char path[PATH_MAX];
	int fd, result;

	file_path(path, sizeof(path), "%s/running/%s", state->home, state->id);
	fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = says(fd, "stop\n") || dprintf(fd, "stop\n") > 0 ? 0 : -1;
	close(fd);
	return result;
}

void
state_return(struct state *state)
{
	say_status(state, (int)state->facts.status);
	unlink_in(state, "running", state->id);
	close(state->lock);
	state->lock = -1;
}

int
state_edit(struct state *state,
    void (*edit)(struct facts *facts, const void *arg), const void *arg)
{
	int lock = facts_lock(state->dir), result = -1;
	struct facts now;
	bool first;

	if (lock != -1) {
		/* Another may have changed them since we read them. */
		result = facts_read(state->dir, &now);
		first = result == -1 && errno == ENODATA;
		if (result == 0)
			state->facts = now;
		if (result == 0 || first) {
			edit(&state->facts, arg);
			result = facts_write(state->dir, &state->facts, first);
		}
	}
	if (result == -1)
		warn("%s/facts", state->dir);
	if (lock != -1)
		close(lock);
	return result;
}

static void
set_running(struct facts *facts, const void *arg)
{
	const pid_t *pid = arg;

	strlcpy(facts->phase, "running", sizeof(facts->phase));
	facts_boot(facts->boot, sizeof(facts->boot));
	facts->started = facts_now();
	facts->finished = 0;
	facts->paused = 0;
	facts->oom = 0;
	facts->status = 0;
	facts->pid = (uint64_t)*pid;
	facts->pid_start = process_start(*pid);
	facts->supervisor = (uint64_t)getpid();
	facts->supervisor_start = process_start(getpid());
}

void
state_running(struct state *state, pid_t pid)
{
	state_edit(state, set_running, &pid);
	if (state->start == -1)
		return;

	/* Now: who waits for the start wants to know its process. */
	if (!state->facts.rm && fdatasync(state->start) == -1)
		warn("%s/config", state->dir);
	close(state->start);
	state->start = -1;
}

static void
set_ended(struct facts *facts, const void *arg)
{
	const int *status = arg;

	strlcpy(facts->phase, "exited", sizeof(facts->phase));
	facts->status = (uint64_t)*status;
	facts->finished = facts_now();
	facts->pid = 0;
	facts->paused = 0;
}

/*
 * Remove the directory.  Who is making an image of it has the lock, and reads
 * it to the end before: see still.c.
 */
static int
remove_directory(const struct state *state, bool wait)
{
	char path[PATH_MAX];
	int fd, result = 0, saved;

	file_path(path, sizeof(path), "%s/upper", state->dir);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1)
		result = flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB));
	/* What may not go goes first: else nobody would know whose it is. */
	if (result == 0)
		result = file_remove_tree(path);
	if (result == 0)
		result = file_remove_tree(state->dir);
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return result;
}

static int
release(struct state *state, bool keep, bool wait, int status)
{
	struct facts now;
	bool known = facts_read(state->dir, &now) == 0, ended = true;

	if (keep) {
		ended = state_edit(state, set_ended, &status) == 0;
	} else if (remove_directory(state, wait) == 0) {
		state_unname(state, state->name);
		if (!known)
			state_unname_all(state);
		else
			state_unname(state, now.name);
	} else {
		ended = false;
		if (errno != EWOULDBLOCK)
			warn("%s", state->dir);
	}
	say_status(state, status);

	/* Marked as running, it is for the next sweep to try again. */
	if (ended)
		unlink_in(state, "running", state->id);
	close(state->lock);
	return ended ? 0 : -1;
}

int
state_release(struct state *state, bool keep, int status)
{
	return release(state, keep, true, status);
}

void
state_bury(struct state *state, bool keep, int status)
{
	release(state, keep, false, status);
}
