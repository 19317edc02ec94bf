/*
 * reach.c - which system calls can come to an instruction of a filter?
 *
 * A filter only ever jumps forward, so one pass over it follows every path at
 * once.  For each instruction we note the lowest and the highest number that
 * can come there.
 */

#include <linux/seccomp.h>

#include <stddef.h>

#include "reach.h"

#define NR offsetof(struct seccomp_data, nr)

/* Numbers low to high, if there are any, come to an instruction. */
static void
visit(struct visitors *at, uint32_t low, uint32_t high, uint32_t word)
{
	if (low > high)
		return;
	if (at->low > at->high) {
		*at = (struct visitors){ low, high, word };
		return;
	}
	if (low < at->low)
		at->low = low;
	if (high > at->high)
		at->high = high;
	if (word != at->word)
		at->word = UINT32_MAX; /* it depends on the path */
}

/* DOC: reach_next */
void
reach_next(const struct sock_filter *in, struct visitors *v)
{
	struct visitors *yes = v + 1 + in->jt, *no = v + 1 + in->jf;
	uint32_t low = v->low, high = v->high, k = in->k;

	if (BPF_CLASS(in->code) == BPF_RET)
		return;
	if (in->code == (BPF_LD | BPF_W | BPF_ABS))
		visit(v + 1, low, high, k);
	else if (BPF_CLASS(in->code) != BPF_JMP)
		visit(v + 1, low, high, UINT32_MAX);
	else if (BPF_OP(in->code) == BPF_JA)
		visit(v + 1 + k, low, high, v->word);
	else if (v->word == NR && in->code == (BPF_JMP | BPF_JEQ | BPF_K)) {
		if (low <= k && k <= high)
			visit(yes, k, k, NR);
		if (low != high || low != k)
			visit(no, low + (low == k), high - (high == k), NR);
	} else if (v->word == NR && in->code == (BPF_JMP | BPF_JGE | BPF_K)) {
		visit(yes, low > k ? low : k, high, NR);
		if (k > 0)
			visit(no, low, high < k ? high : k - 1, NR);
	} else { /* the number plays no part */
		visit(yes, low, high, v->word);
		visit(no, low, high, v->word);
	}
}

/* DOC: reach_start */
void
reach_start(struct visitors v[REACH_MAX])
{
	int i;

	for (i = 0; i < REACH_MAX; i++)
		v[i] = (struct visitors){ 1, 0, UINT32_MAX };
	v[0].low = 0;
	v[0].high = UINT32_MAX;
}
