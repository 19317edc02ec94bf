/*
 * filter.c - from a list of rules to a program.
 *
 * The program reads the number of the call once and then compares it, again
 * and again, until a "return" is met.  With the instructions of emit.h the
 * simplest program that works is a chain of steps, one for each rule:
 *
 *	if this is not the rule's number, skip this step
 *	return the rule's action
 *
 * Write that first.  It grows by two instructions for each rule, and the kernel
 * takes 4096.  A shorter one, for runs of neighbouring numbers, can come later.
 *
 * Read: seccomp(2), and the kernel's
 * Documentation/userspace-api/seccomp_filter.rst.
 */

#include <errno.h>

#include "emit.h"
#include "seccomp.h"

int
seccomp_build(const struct seccomp_rule *rules, size_t n, uint32_t otherwise,
    struct sock_fprog *program)
{
	/*
	 * Begin with what is refused: see the three reasons in seccomp.h.
	 *
	 * A jump counts the instructions that it skips, from the one behind
	 * it, and has 8 bits to count with.  How far it must go is only known
	 * when what it skips has been written: go back then and fill it in,
	 * unless the number is too big.
	 *
	 * Several rules may have one number.  The first that holds decides,
	 * and if none of them does, the answer is not that of the next number.
	 * emit_rule() uses up the register: is the number still in it?
	 *
	 * What does a call get that no rule names?  And how is program->len
	 * known when there was not room for it all?
	 */
	(void)rules;
	(void)n;
	(void)otherwise;
	(void)program;
	errno = ENOSYS;
	return -1;
}
