/*
 * seccomp_gen - print the filter for the default capabilities, as C.
 *
 * Run when box is built: the result is data that seccomp_default.c includes.
 */

#include <err.h>
#include <stdio.h>

#include "exit.h"
#include "seccomp_table.h"

int
main(void)
{
	static struct seccomp_rule rules[SECCOMP_DEFAULT_MAX];
	static struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };
	size_t i, n;

	n = seccomp_default_rules(
	    SECCOMP_DEFAULT_CAPS, rules, SECCOMP_DEFAULT_MAX);
	if (n == 0)
		errx(EXIT_OWN, "no rules");
	if (seccomp_build(rules, n, SECCOMP_DEFAULT_ACTION, &program) == -1)
		err(EXIT_OWN, "seccomp_build");
	for (i = 0; i < program.len; i++)
		printf("{ 0x%02x, %u, %u, 0x%08x },\n", filter[i].code,
		    filter[i].jt, filter[i].jf, filter[i].k);
	if (fflush(stdout) == EOF)
		err(EXIT_OWN, "stdout");
	return 0;
}
