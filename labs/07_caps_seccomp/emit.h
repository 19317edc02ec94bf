/* emit.h - write a filter, instruction by instruction. */

#ifndef EMIT_H
#define EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "seccomp.h"

/*
 * A program being written.  Beyond room nothing is stored, but len counts on:
 * the writer looks once, at the end, whether it all fitted.
 */
struct code {
	struct sock_filter *filter;
	size_t len, room;
};

/*
 * Add one instruction.  A jump says how many of the following to skip when
 * the comparison is true, and when it is false.
 */
void emit(
    struct code *c, uint16_t op, uint32_t k, uint8_t if_true, uint8_t if_false);

/* How every filter begins: check the convention, load the number. */
void emit_start(struct code *c);

/* Return the rule's action if it holds, else go on behind it. */
void emit_rule(struct code *c, const struct seccomp_rule *rule);

void emit_return(struct code *c, uint32_t action);

#endif
