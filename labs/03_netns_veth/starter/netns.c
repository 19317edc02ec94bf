/*
 * netns.c - a network namespace, made or entered.
 *
 * netns.h says what each function shall do; the lesson is README.md.  Begin
 * here: an own network is one call, and the demonstration shows what is in it.
 *
 * Read: network_namespaces(7), unshare(2), setns(2), proc(5).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>

#include "exit.h"
#include "netns.h"

void
netns_unshare(void)
{
	/*
	 * As in lab 01, with another flag.  A hostname was copied; look up
	 * what a new network namespace holds.
	 */
	errx(EXIT_OWN, "netns_unshare: not written yet");
}

void
netns_enter(const char *name_or_pid)
{
	/*
	 * Two files can stand for the namespace: one in /run/netns, and one
	 * in the /proc of a process.  The text may fit both, so the header
	 * says which to try first.  file_path() in file.h makes a path and
	 * checks that it fits.
	 *
	 * setns(2) can fail although open(2) did not: look up when it gives
	 * EINVAL, and say it in words that help.
	 */
	(void)name_or_pid;
	errx(EXIT_OWN, "netns_enter: not written yet");
}
