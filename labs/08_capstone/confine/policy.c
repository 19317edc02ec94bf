/* policy.c - which seccomp filter a box gets. */

#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "exit.h"
#include "explain.h"
#include "policy.h"
#include "profile.h"
#include "seccomp.h"
#include "seccomp_table.h"

/* Compile the table for capabilities that nobody foresaw. */
static const struct sock_fprog *
build(uint64_t caps)
{
	static struct sock_fprog program = { .len = BPF_MAXINSNS };
	struct seccomp_rule *rules =
	    calloc(SECCOMP_DEFAULT_MAX, sizeof(*rules));
	size_t n;

	program.filter = calloc(BPF_MAXINSNS, sizeof(*program.filter));
	if (rules == NULL || program.filter == NULL)
		err(EXIT_OWN, "calloc");
	n = seccomp_default_rules(caps, rules, SECCOMP_DEFAULT_MAX);
	if (n == 0 ||
	    seccomp_build(rules, n, SECCOMP_DEFAULT_ACTION, &program) == -1)
		err(EXIT_OWN, "seccomp: cannot compile the filter");
	free(rules);
	return &program;
}

const struct sock_fprog *
policy_choose(const struct config *config, const char *home)
{
	if (config->unconfined)
		return NULL;
	if (config->seccomp != NULL)
		return profile_load(config->seccomp, config->caps, home);
	if (config->caps == SECCOMP_DEFAULT_CAPS)
		return seccomp_default_program();
	return build(config->caps);
}

void
policy_load(const struct sock_fprog *filter)
{
	if (filter == NULL)
		return;
	explain("seccomp_load");
	seccomp_load(filter);
}
