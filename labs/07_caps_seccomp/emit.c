/*
 * emit.c - the instructions of a filter.
 *
 * They are for a machine with one register, no memory that we need and no way
 * back: load a word of struct seccomp_data, compare it, jump forward, return
 * a verdict.  The kernel checks them when the filter is loaded, and knows that
 * the program always ends.
 *
 * Read: seccomp(2), linux/filter.h, linux/audit.h.
 */

#include <sys/syscall.h>

#include <linux/audit.h>

#include <stdbool.h>

#include "emit.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "which AUDIT_ARCH_ of linux/audit.h is this?"
#endif

/* DOC: emit */
void
emit(struct code *c, uint16_t op, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	if (c->len < c->room)
		c->filter[c->len] =
		    (struct sock_filter){ op, if_true, if_false, k };
	c->len++;
}

static void
emit_load(struct code *c, size_t offset)
{
	emit(c, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* DOC: emit_return */
void
emit_return(struct code *c, uint32_t action)
{
	emit(c, BPF_RET | BPF_K, action, 0, 0);
}

/* DOC: emit_start */
/*
 * A number means nothing without the convention it is made in.  On x86-64,
 * int 0x80 calls by the numbers of i386, where 37 is kill and not alarm, and
 * x32 calls by our own numbers with one more bit.  Both would slip past.
 */
void
emit_start(struct code *c)
{
	emit_load(c, offsetof(struct seccomp_data, arch));
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0);
	emit_return(c, SECCOMP_RET_KILL_PROCESS);
	emit_load(c, offsetof(struct seccomp_data, nr));
#ifdef __X32_SYSCALL_BIT
	emit(c, BPF_JMP | BPF_JGE | BPF_K, __X32_SYSCALL_BIT, 0, 1);
	emit_return(c, SECCOMP_RET_KILL_PROCESS);
#endif
}

/* Go on if one half of the rule's argument is as it says, else skip. */
static void
emit_test(
    struct code *c, const struct seccomp_rule *rule, int half, uint8_t skip)
{
	/* On a little-endian machine the lower half comes first. */
	size_t word = rule->arg * 2 + (size_t)half;

	emit_load(c, offsetof(struct seccomp_data, args) + word * 4);
	emit(c, BPF_ALU | BPF_AND | BPF_K, (uint32_t)(rule->mask >> 32 * half),
	    0, 0);
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(rule->value >> 32 * half),
	    0, skip);
}

/* DOC: emit_rule */
/*
 * The register has 32 bits and an argument 64: test the upper and the lower
 * half in turn, if the mask looks at them.  A rule that fails is skipped: its
 * return, and before that the three instructions of a test not yet made.
 */
void
emit_rule(struct code *c, const struct seccomp_rule *rule)
{
	bool upper = rule->mask >> 32 != 0, lower = (uint32_t)rule->mask != 0;

	if (upper)
		emit_test(c, rule, 1, lower ? 3 + 1 : 1);
	if (lower)
		emit_test(c, rule, 0, 1);
	emit_return(c, rule->action);
}
