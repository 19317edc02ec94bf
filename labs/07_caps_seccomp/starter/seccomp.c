/*
 * seccomp.c - a filter between a process and the kernel.
 *
 * seccomp.h says what each function shall do.  These three do not look into a
 * filter: it is written in filter.c and emit.c.  Begin here, since a filter
 * that is not loaded cannot be tried.
 *
 * Read: seccomp(2), PR_SET_NO_NEW_PRIVS in prctl(2), qsort(3).
 */

#define _GNU_SOURCE
#include <err.h>

#include "exit.h"
#include "seccomp.h"

void
seccomp_no_new_privs(void)
{
	/*
	 * prctl(2) takes five arguments, and this request insists on the
	 * values of those that it does not use.
	 */
	errx(EXIT_OWN, "seccomp_no_new_privs: not written yet");
}

void
seccomp_sort(struct seccomp_rule *rules, size_t n)
{
	/*
	 * "Rules for the same number stay in the order of the list."  What
	 * does qsort(3) say about elements that compare as equal?
	 */
	(void)rules;
	(void)n;
	errx(EXIT_OWN, "seccomp_sort: not written yet");
}

void
seccomp_load(const struct sock_fprog *program)
{
	/*
	 * Older text shows prctl(2) for this; there is a call of its own, and
	 * glibc has no wrapper for it.  Most often it fails because the
	 * process has neither of two things: let the message name them.
	 */
	(void)program;
	errx(EXIT_OWN, "seccomp_load: not written yet");
}
