/*
 * emit.c - the instructions of a filter.
 *
 * They are for a machine with one register, no memory that we need and no way
 * back: load a word of struct seccomp_data, compare it, jump forward, return
 * a verdict.  Each is a struct sock_filter with an operation, a constant k and
 * two distances: how many instructions to skip if the comparison is true, and
 * how many if it is false.  Try what you write with -p, which prints a filter.
 *
 * Read: seccomp(2), linux/filter.h, linux/bpf_common.h, linux/audit.h.
 */

#include <err.h>

#include "emit.h"
#include "exit.h"

void
emit(struct code *c, uint16_t op, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	/*
	 * See struct code: what is stored, and what is counted, when there is
	 * no room any more?  Mind the order of the fields of sock_filter.
	 */
	(void)c;
	(void)op;
	(void)k;
	(void)if_true;
	(void)if_false;
	errx(EXIT_OWN, "emit: not written yet");
}

void
emit_return(struct code *c, uint32_t action)
{
	(void)c;
	(void)action;
	errx(EXIT_OWN, "emit_return: not written yet");
}

void
emit_start(struct code *c)
{
	/*
	 * A number means nothing without the convention it is made in.  The
	 * kernel tells the convention beside the number: where, and what are
	 * the names of its values?  Whoever calls in another one shall die.
	 *
	 * On x86-64 there is a second convention that looks the same in that
	 * place.  seccomp(2) tells how the number gives it away.
	 *
	 * When this is done the register holds the number of the call.
	 */
	(void)c;
	errx(EXIT_OWN, "emit_start: not written yet");
}

void
emit_rule(struct code *c, const struct seccomp_rule *rule)
{
	/*
	 * Begin with a rule whose mask is 0, which always holds.
	 *
	 * Else load, mask and compare.  The register has 32 bits and an
	 * argument 64, so there are two halves, and the mask may look at one
	 * of them or at both.  Which half comes first in memory?  And if the
	 * first comparison fails, how many instructions lie before the end of
	 * the rule?
	 */
	(void)c;
	(void)rule;
	errx(EXIT_OWN, "emit_rule: not written yet");
}
