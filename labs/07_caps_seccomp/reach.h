/* reach.h - which system calls can come to an instruction of a filter? */

#ifndef REACH_H
#define REACH_H

#include <linux/filter.h>

#include <stdint.h>

/* Who can come to an instruction.  Nobody, while low > high. */
struct visitors {
	uint32_t low, high; /* system call numbers */
	uint32_t word; /* where in seccomp_data the register comes from */
};

/* One more than any instruction can reach: the longest filter and its jumps. */
#define REACH_MAX (BPF_MAXINSNS + 256)

/* Everybody comes to v[0], and nobody yet to the others. */
void reach_start(struct visitors v[REACH_MAX]);

/*
 * Send all that come to the instruction in, which is v[0], on to the next
 * ones.  Call it for each in turn: jumps only go forward.
 */
void reach_next(const struct sock_filter *in, struct visitors *v);

#endif
