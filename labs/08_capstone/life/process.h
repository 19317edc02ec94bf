/* process.h - a process by its number, and surely that one. */

#ifndef PROCESS_H
#define PROCESS_H

#include <sys/types.h>

#include <stdint.h>

/*
 * When the process started, in ticks since the host did: with its number that
 * tells it from any other, for the kernel gives numbers out again.  0 when
 * there is no such process.  See "starttime" in proc(5).
 */
uint64_t process_start(pid_t pid);

/*
 * A descriptor of the process with that number and that start, or -1 with
 * errno: ESRCH when it is gone, whoever has its number now.  From then on it
 * cannot be mistaken: see pidfd_open(2).
 */
int process_open(uint64_t pid, uint64_t start);

/* As kill(2), and -1 with ESRCH when it has ended. */
int process_signal(int pidfd, int sig);

/* Wait until it has ended, or milliseconds (-1: no end).  Has it? */
int process_wait(int pidfd, int milliseconds);

/* The parent of a process; -1 when there is no such process. */
pid_t process_parent(pid_t pid);

#endif
