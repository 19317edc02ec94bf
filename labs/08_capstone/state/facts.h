/* facts.h - what is known of a container, in one small file. */

#ifndef FACTS_H
#define FACTS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * The file is containers/ID/facts: a line "word value" for each member.  It is
 * written anew and renamed into place, so who reads it needs no lock and sees
 * all or nothing of a change.  Who changes it holds facts_lock() from reading
 * it to writing it.
 */
struct facts {
	char name[65];
	char image[256]; /* as the user called it */
	char command[256]; /* its words with spaces between, for a person */
	char phase[12]; /* "running", "restarting" or "exited" */
	char boot[40]; /* the host's boot id while it ran */
	char restart[16]; /* "no", "on-failure", "always", "unless-stopped" */
	uint64_t retries; /* of "on-failure"; 0: no end */
	uint64_t restarts; /* so far */
	uint64_t created; /* nanoseconds since 1970, as all times */
	uint64_t started;
	uint64_t finished; /* 0: not yet */
	uint64_t pid; /* process 1, as the host has it; 0: none */
	uint64_t pid_start; /* see process_start() */
	uint64_t supervisor; /* the box that waits for it */
	uint64_t supervisor_start;
	uint64_t status; /* the exit status, once it has one */
	uint64_t stop_signal;
	uint64_t stopping; /* somebody wants it to end: do not start it again */
	uint64_t paused;
	uint64_t oom; /* the memory limit killed something in it */
	uint64_t init; /* process 1 is box's own init */
	uint64_t tty;
	uint64_t detached; /* its output goes to a log */
	uint64_t rm; /* it is forgotten at its end */
};

/*
 * Read the facts of the container in dir.  0, or -1 with errno: ENODATA when
 * there are none yet.
 */
int facts_read(const char *dir, struct facts *facts);

/* Make the file, still empty.  0, or -1 with errno. */
int facts_create(const char *dir);

/*
 * Replace them; first: there are none yet, and no new file is needed.  The
 * caller has the lock.  0, or -1 with errno.
 */
int facts_write(const char *dir, const struct facts *facts, bool first);

/*
 * Wait for the right to change them.  A descriptor to close(2) afterwards, or
 * -1 with errno: ENOENT when the container is gone.
 */
int facts_lock(const char *dir);

/* Now, as the members above have it. */
uint64_t facts_now(void);

/* This boot of the host, "" where the kernel does not tell. */
void facts_boot(char *boot, size_t size);

#endif
