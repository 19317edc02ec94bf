/*
 * uts.c - the simplest namespace: two strings that uname(2) reports.
 *
 * uts.h says what each function shall do; the lesson is README.md.  Four
 * system calls about names and namespaces, and an open file of /proc, are all
 * it takes.  Whatever fails ends the program with a message: err(EXIT_OWN,
 * "what: on which object") prints the reason from errno behind it.
 *
 * Read: uts_namespaces(7), unshare(2), sethostname(2), setdomainname(2),
 * setns(2), open(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "uts.h"

/* A process leaves a namespace that it shares, and nothing else changes. */
void
uts_unshare(void)
{
	/*
	 * Which of its parts a process stops sharing is told by a flag; the
	 * man page of the call lists them, and the privilege each needs.
	 */
	errx(EXIT_OWN, "uts_unshare: not written yet");
}

void
uts_set_names(const char *host, const char *domain)
{
	/*
	 * The kernel wants a length beside each text.  Look up whether the
	 * NUL counts, what the longest name is, and which errno tells of one
	 * that is longer.
	 */
	(void)host;
	(void)domain;
	errx(EXIT_OWN, "uts_set_names: not written yet");
}

void
uts_join(pid_t pid)
{
	/*
	 * A namespace is joined through an open file that stands for it:
	 * proc(5) says where each process has those.  Close it again, and open
	 * it with O_CLOEXEC, so that the command does not inherit it.
	 */
	(void)pid;
	errx(EXIT_OWN, "uts_join: not written yet");
}
