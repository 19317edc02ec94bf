/*
 * 07_caps_seccomp - root in pieces, and system calls refused.
 *
 * Without a command: show, and check, what a root without CAP_NET_ADMIN, a
 * set-uid program under no_new_privs, and a process without kill(2) can no
 * longer do.  With one: run it with fewer capabilities, system calls, or both.
 */

#define _GNU_SOURCE
#include <linux/capability.h>

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "demo.h"
#include "exit.h"
#include "run.h"
#include "say.h"
#include "seccomp.h"
#include "status.h"
#include "syscalls.h"

#define RULES_MAX 512

static uint64_t keep; /* -k and -d */
static bool drops; /* was -k or -d given? */
static struct seccomp_rule rules[RULES_MAX]; /* -s */
static size_t rule_count;
static uint32_t action = SECCOMP_RET_ERRNO | EPERM; /* -a */
static bool print; /* -p */
static bool verbose; /* -v */

static _Noreturn void
usage(FILE *out)
{
	fprintf(out,
	    "usage: %s [-hpv] [-k caps] [-d caps] [-s syscalls] "
	    "[-a errno|kill|log] [command [arg ...]]\n",
	    getprogname());
	exit(out == stdout ? 0 : EXIT_OWN);
}

static uint64_t
parse_caps(const char *names)
{
	const char *bad;
	uint64_t mask;

	if (caps_parse(names, &mask, &bad) == -1)
		errx(EXIT_OWN, "no capability \"%.*s\" (see capabilities(7))",
		    (int)strcspn(bad, ","), bad);
	return mask;
}

/* Names separated by commas become rules; a later -a may set their action. */
static void
parse_syscalls(char *names)
{
	char *name;
	int nr;

	while ((name = strsep(&names, ",")) != NULL) {
		nr = syscall_number(name);
		if (nr == -1)
			errx(EXIT_OWN,
			    "no system call \"%s\" (see syscalls(2))", name);
		if (rule_count == RULES_MAX)
			errx(EXIT_OWN, "over %d system calls", RULES_MAX);
		rules[rule_count++].nr = nr;
	}
}

static uint32_t
parse_action(const char *name)
{
	if (strcmp(name, "errno") == 0)
		return SECCOMP_RET_ERRNO | EPERM;
	if (strcmp(name, "kill") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	if (strcmp(name, "log") == 0)
		return SECCOMP_RET_LOG;
	errx(EXIT_OWN, "no action \"%s\": errno, kill or log", name);
}

static void
parse_options(int argc, char *argv[])
{
	uint64_t drop = 0;
	int c;

	keep = caps_all();
	while ((c = getopt(argc, argv, "+hpvk:d:s:a:")) != -1)
		switch (c) {
		case 'k':
			keep = parse_caps(optarg);
			drops = true;
			break;
		case 'd':
			drop |= parse_caps(optarg);
			drops = true;
			break;
		case 's':
			parse_syscalls(optarg);
			break;
		case 'a':
			action = parse_action(optarg);
			break;
		case 'p':
			print = true;
			break;
		case 'v':
			verbose = true;
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	keep &= ~drop;
}

/* The filter of -s: all else is allowed. */
static void
build_filter(struct sock_fprog *program)
{
	size_t i;

	for (i = 0; i < rule_count; i++)
		rules[i].action = action;
	seccomp_sort(rules, rule_count);
	if (seccomp_build(rules, rule_count, SECCOMP_RET_ALLOW, program) == -1)
		err(EXIT_OWN, "seccomp_build");
}

static void
print_filter(void)
{
	struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };

	build_filter(&program);
	seccomp_explain(&program, stdout);
}

static void
load_filter(void)
{
	struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { BPF_MAXINSNS, filter };

	build_filter(&program);
	say(SAY_BOX, "a filter of %hu instructions", program.len);
	seccomp_no_new_privs();
	seccomp_load(&program);
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	if (print) {
		if (rule_count == 0 || argc != optind)
			errx(EXIT_OWN,
			    "-p prints the filter of -s and runs nothing");
		print_filter();
		return 0;
	}
	if (argc == optind && !drops && rule_count == 0)
		return demonstrate();
	if (argc == optind)
		errx(EXIT_OWN, "-k, -d and -s need a command to run");

	/* Capabilities first: the filter may refuse the calls they need. */
	if (drops) {
		become_able(UINT64_C(1) << CAP_SETPCAP);
		if (verbose)
			say_sets(SAY_HOST);
		caps_keep(keep);
	}
	if (verbose)
		say_sets(SAY_BOX);
	if (rule_count != 0)
		load_filter();
	run_exec(argv + optind);
}
