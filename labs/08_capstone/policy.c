/* policy.c - which seccomp filter a box gets. */

#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "exit.h"
#include "explain.h"
#include "policy.h"
#include "seccomp.h"
#include "seccomp_table.h"

/* Compile the table for capabilities that nobody foresaw. */
static void
build_and_load(uint64_t caps)
{
	struct seccomp_rule *rules =
	    calloc(SECCOMP_DEFAULT_MAX, sizeof(*rules));
	struct sock_fprog program = {
		.len = BPF_MAXINSNS,
		.filter = calloc(BPF_MAXINSNS, sizeof(*program.filter)),
	};
	size_t n;

	if (rules == NULL || program.filter == NULL)
		err(EXIT_OWN, "calloc");
	n = seccomp_default_rules(caps, rules, SECCOMP_DEFAULT_MAX);
	if (n == 0 ||
	    seccomp_build(rules, n, SECCOMP_DEFAULT_ACTION, &program) == -1)
		err(EXIT_OWN, "seccomp: cannot compile the filter");
	free(rules);
	seccomp_load(&program);
}

void
policy_load(uint64_t caps)
{
	explain("seccomp_load");
	if (caps == SECCOMP_DEFAULT_CAPS)
		seccomp_load(seccomp_default_program());
	else
		build_and_load(caps);
}
