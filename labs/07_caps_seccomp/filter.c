/*
 * filter.c - from a list of rules to a program.
 *
 * The program is a chain of steps, each for the numbers up to some end:
 *
 *	if nr >= end, skip this step
 *	return the action
 *
 * Read: seccomp(2), and the kernel's
 * Documentation/userspace-api/seccomp_filter.rst.
 */

#include <errno.h>
#include <stdbool.h>

#include "emit.h"
#include "seccomp.h"

/*
 * One step: the numbers below end that no step before it took.  A jump has 8
 * bits, enough to skip a step and not enough for a policy: hence the chain.
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
