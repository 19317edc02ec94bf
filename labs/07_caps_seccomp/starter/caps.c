/*
 * caps.c - the kernel asks for a capability, never for "root".
 *
 * caps.h says what each function shall do; the lesson is README.md.  A process
 * has five sets of capabilities.  Before you write, answer for each of them:
 * who reads it, who changes it, and what does execve(2) make of it when uid 0
 * runs a program?  Whatever fails ends the program, with err(EXIT_OWN, ...).
 *
 * Read: capabilities(7), capget(2), PR_CAPBSET_READ and PR_CAPBSET_DROP in
 * prctl(2).
 */

#define _GNU_SOURCE
#include <err.h>

#include "caps.h"
#include "exit.h"

/* The program calls this one first, whatever its options are. */
uint64_t
caps_all(void)
{
	/*
	 * The header file that you compile with may be older or younger than
	 * the kernel that runs.  So ask the kernel: what does it say to a
	 * number that it has no capability for?
	 *
	 * There are over 32 capabilities.  What is the type of 1 << 40?
	 */
	errx(EXIT_OWN, "caps_all: not written yet");
}

void
caps_bound(uint64_t mask)
{
	/*
	 * The bounding set is changed by one capability at a time, and only
	 * ever made smaller.  Look at each before you drop it: to drop one
	 * that is gone already can still fail, for lack of privilege.
	 */
	(void)mask;
	errx(EXIT_OWN, "caps_bound: not written yet");
}

void
caps_keep(uint64_t mask)
{
	/*
	 * Two things are to be done, and one of them takes away what the
	 * other needs.  Which comes first?
	 *
	 * glibc has no wrapper for capget(2) and capset(2): see syscall(2).
	 * Each set has 64 bits and the structure 32, so there are two of it;
	 * the man page tells which version to ask for, and which half is
	 * where.  Nobody can be given what is not in the permitted set now.
	 *
	 * The ambient set does not stand in the structure.  capabilities(7)
	 * says which other sets it always stays within.
	 */
	(void)mask;
	errx(EXIT_OWN, "caps_keep: not written yet");
}
