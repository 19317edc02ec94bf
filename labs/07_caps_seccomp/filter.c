/*
 * filter.c - from a list of rules to a program for the kernel.
 *
 * The program is for a machine with one register, no memory that we need, and
 * no way back: load a word of struct seccomp_data, compare, jump forward,
 * return a verdict.  It is checked when it is loaded, and always ends.
 *
 * Read: seccomp(2), and the kernel's
 * Documentation/userspace-api/seccomp_filter.rst.
 */

#include <sys/syscall.h>

#include <linux/audit.h>

#include <errno.h>
#include <stdbool.h>

#include "seccomp.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "which AUDIT_ARCH_ of linux/audit.h is this?"
#endif

/* A program being written: len counts on when there is no more room. */
struct code {
	struct sock_filter *filter;
	size_t len, room;
};

/* Add one instruction.  The jumps say how many to skip: if true, if false. */
static void
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

static void
emit_return(struct code *c, uint32_t action)
{
	emit(c, BPF_RET | BPF_K, action, 0, 0);
}

/*
 * A number means nothing without the convention it is made in.  On x86-64,
 * int 0x80 calls by the numbers of i386, where 37 is kill and not alarm, and
 * x32 calls by our own numbers with one more bit.  Both would slip past.
 */
static void
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
	size_t word =
	    rule->arg * 2 + half; /* little-endian: lower half first */

	emit_load(c, offsetof(struct seccomp_data, args) + word * 4);
	emit(c, BPF_ALU | BPF_AND | BPF_K, (uint32_t)(rule->mask >> 32 * half),
	    0, 0);
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(rule->value >> 32 * half),
	    0, skip);
}

/*
 * The register has 32 bits and an argument 64: test the upper and the lower
 * half in turn, if the mask looks at them.  A rule that fails is skipped.
 */
static void
emit_rule(struct code *c, const struct seccomp_rule *rule)
{
	bool upper = rule->mask >> 32 != 0, lower = (uint32_t)rule->mask != 0;

	if (upper)
		emit_test(c, rule, 1, lower ? 4 : 1);
	if (lower)
		emit_test(c, rule, 0, 1);
	emit_return(c, rule->action);
}

/*
 * One step of the program: the numbers below end that no step before took.
 * The jump over it has 8 bits: enough for a step, not for a whole policy.
 * That is why a policy is a chain of steps.
 */
static int
emit_step(struct code *c, int end, const struct seccomp_rule *rules, size_t n,
    uint32_t otherwise)
{
	size_t jump = c->len, i;

	emit(c, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)end, 0, 0);
	for (i = 0; i < n; i++)
		emit_rule(c, &rules[i]);
	if (n == 0 || rules[n - 1].mask != 0)
		emit_return(c, otherwise);

	if (c->len - jump - 1 > UINT8_MAX || c->len > c->room) {
		errno = E2BIG;
		return -1;
	}
	c->filter[jump].jt = (uint8_t)(c->len - jump - 1);
	return 0;
}

/*
 * How many rules one step can take: all those for one number, or, if they look
 * at no argument, for a run of neighbouring numbers with the same action.  A
 * hundred such runs make the filter shorter than three hundred numbers would.
 */
static size_t
step_length(const struct seccomp_rule *rules, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (rules[i].nr != rules[i - 1].nr &&
		    (rules[i].nr != rules[i - 1].nr + 1 || rules[0].mask != 0 ||
			rules[i].mask != 0 ||
			rules[i].action != rules[0].action))
			break;
	return i;
}

static bool
is_valid(const struct seccomp_rule *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rules[i].nr < (i == 0 ? 0 : rules[i - 1].nr) ||
		    rules[i].arg > 5 || (rules[i].value & ~rules[i].mask) != 0)
			return false;
	return true;
}

/* DOC: seccomp_build */
int
seccomp_build(const struct seccomp_rule *rules, size_t n, uint32_t otherwise,
    struct sock_fprog *program)
{
	struct code c = { program->filter, 0, program->len };
	size_t i, count;
	int next = 0; /* the first number that no step has taken yet */

	if (!is_valid(rules, n)) {
		errno = EINVAL;
		return -1;
	}
	emit_start(&c);
	for (i = 0; i < n; i += count) {
		count = step_length(&rules[i], n - i);
		if (rules[i].nr > next &&
		    emit_step(&c, rules[i].nr, NULL, 0, otherwise) == -1)
			return -1;
		next = rules[i + count - 1].nr + 1;
		if (emit_step(&c, next, &rules[i],
			rules[i].mask == 0 ? 1 : count, otherwise) == -1)
			return -1;
	}
	emit_return(&c, otherwise);
	if (c.len > c.room) {
		errno = E2BIG;
		return -1;
	}
	program->len = (unsigned short)c.len;
	return 0;
}
