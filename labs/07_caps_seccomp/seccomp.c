/*
 * seccomp.c - a filter between a process and the kernel.
 *
 * A filter is a small program that the kernel runs before every system call.
 * It sees the number and the arguments and says what shall happen.  It cannot
 * follow a pointer: the name of a file is out of its reach.  filter.c writes
 * one, disasm.c reads one.
 *
 * Read: seccomp(2), PR_SET_NO_NEW_PRIVS in prctl(2).
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <unistd.h>

#include "exit.h"
#include "seccomp.h"

/* DOC: seccomp_no_new_privs */
void
seccomp_no_new_privs(void)
{
	/*
	 * A set-uid program that meets a filter it does not expect could be
	 * made to fail where it must not, such as in setuid(2).
	 */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		err(EXIT_OWN, "prctl: no_new_privs");
}

/* DOC: seccomp_sort */
void
seccomp_sort(struct seccomp_rule *rules, size_t n)
{
	size_t i, hole;

	/* By insertion, which keeps the order of equals; qsort(3) may not. */
	for (i = 1; i < n; i++) {
		struct seccomp_rule rule = rules[i];

		for (hole = i; hole > 0 && rules[hole - 1].nr > rule.nr; hole--)
			rules[hole] = rules[hole - 1];
		rules[hole] = rule;
	}
}

/* DOC: seccomp_load */
void
seccomp_load(const struct sock_fprog *program)
{
	/* glibc has no wrapper. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
		return;
	if (errno == EACCES)
		errx(EXIT_OWN, "seccomp: needs no_new_privs, or CAP_SYS_ADMIN");
	err(EXIT_OWN, "seccomp: load filter");
}
