/*
 * filtered - run a command under box's seccomp filter.
 *
 * usage: filtered default|CAPABILITIES [command [argument ...]]
 *        filtered short
 *
 * "default" is the filter that was compiled when box was built, else it is
 * compiled here, for a mask of capabilities.  Without a command it is printed.
 * "short": give the rules too little room.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "seccomp_table.h"

static struct seccomp_rule rules[SECCOMP_DEFAULT_MAX];
static struct sock_filter filter[BPF_MAXINSNS];

static int
give_little_room(void)
{
	printf("%zu %zu\n", seccomp_default_rules(0, rules, 10),
	    seccomp_default_rules(0, rules, 0));
	return 0;
}

/* Compile it here; for the default it must be what was compiled before. */
static struct sock_fprog
build(uint64_t caps)
{
	struct sock_fprog program = { BPF_MAXINSNS, filter };
	const struct sock_fprog *ready = seccomp_default_program();
	size_t n = seccomp_default_rules(caps, rules, SECCOMP_DEFAULT_MAX);

	if (n == 0 ||
	    seccomp_build(rules, n, SECCOMP_DEFAULT_ACTION, &program) == -1)
		err(125, "build");
	if (caps == SECCOMP_DEFAULT_CAPS &&
	    (program.len != ready->len ||
		memcmp(filter, ready->filter,
		    program.len * sizeof(filter[0])) != 0))
		errx(125, "not what was compiled before");
	return program;
}

int
main(int argc, char *argv[])
{
	struct sock_fprog program;
	int is_default;

	if (argc < 2)
		errx(125, "usage: filtered default|CAPABILITIES [command]");
	if (strcmp(argv[1], "short") == 0)
		return give_little_room();
	is_default = strcmp(argv[1], "default") == 0;
	program = build(
	    is_default ? SECCOMP_DEFAULT_CAPS : strtoull(argv[1], NULL, 0));
	if (argc == 2) {
		seccomp_explain(&program, stdout);
		return 0;
	}
	seccomp_no_new_privs();
	seccomp_load(is_default ? seccomp_default_program() : &program);
	execvp(argv[2], argv + 2);
	err(126, "%s", argv[2]);
}
