/* seccomp_default.c - the usual filter, which costs nothing at start. */

#include "seccomp_table.h"

/* Made by seccomp_gen.c, which prints one instruction a line. */
static const struct sock_filter filter[] = {
#include "seccomp_default.inc"
};

static const struct sock_fprog program = {
	sizeof(filter) / sizeof(filter[0]),
	/* The kernel only reads it. */
	(struct sock_filter *)filter,
};

const struct sock_fprog *
seccomp_default_program(void)
{
	return &program;
}
