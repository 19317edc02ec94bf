/* syscalls.h - names and numbers of system calls. */

#ifndef SYSCALLS_H
#define SYSCALLS_H

/*
 * The number of a system call on the machine we were built for, or -1: no
 * such call there, or one younger than the headers.  See syscalls(2).
 */
int syscall_number(const char *name);

/* The name of a number, or NULL. */
const char *syscall_name(int nr);

#endif
