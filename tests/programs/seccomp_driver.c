/*
 * seccomp_driver - lab 07's filter compiler, called as the program does not.
 *
 * usage: seccomp_driver verdicts	load a filter, and try each of its rules
 *        seccomp_driver refusals	compile what must be refused
 *        seccomp_driver [-u] dump ROOM OTHERWISE [RULE ...]
 *				print a program, for filter_judge; see there
 *
 * -u: the rules are not sorted first.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp.h"

#define ANSWER(n) (SECCOMP_RET_ERRNO | (n))
#define ALL UINT64_MAX
#define INT UINT32_MAX
#define TOP UINT64_C(0x1000000000000000)

static struct sock_filter filter[BPF_MAXINSNS];

/* lseek of -1 is EBADF when it reaches the kernel. */
static struct seccomp_rule rules[] = {
	{ SYS_lseek, ANSWER(101), 1, ALL, 0x100000005 },
	{ SYS_getppid, ANSWER(105), 0, 0, 0 },
	{ SYS_lseek, ANSWER(102), 2, INT, 7 },
	{ SYS_lseek, ANSWER(103), 1, 0xf0, 0x30 },
	{ SYS_lseek, ANSWER(106), 1, TOP * 15, TOP },
	{ SYS_lseek, SECCOMP_RET_ALLOW, 1, ALL, 9 },
	{ SYS_lseek, ANSWER(104), 1, INT, 9 },
	{ SYS_getuid, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_getuid, ANSWER(107), 0, 0, 0 },
	{ SYS_fchdir, SECCOMP_RET_ALLOW, 0, INT, 5 },
	{ SYS_fchmod, ANSWER(108), 0, INT, 3 },
	{ SYS_fchmod, ANSWER(109), 0, 0, 0 },
	{ SYS_write, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_lseek, SECCOMP_RET_ALLOW, 0, INT, INT },
	{ 1001, ANSWER(112), 0, 0, 0 },
	{ 1000, ANSWER(111), 0, 0, 0 },
	{ 1002, ANSWER(112), 0, 0, 0 },
	{ 1004, ANSWER(112), 0, 0, 0 },
	{ 1006, ANSWER(113), 0, INT, 5 },
	{ 1007, ANSWER(114), 0, 0, 0 },
	{ SYS_fstat, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_newfstatat, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_brk, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_ioctl, SECCOMP_RET_ALLOW, 0, 0, 0 },
	{ SYS_exit_group, SECCOMP_RET_ALLOW, 0, 0, 0 },
};

static void
load(void)
{
	struct sock_fprog program = { BPF_MAXINSNS, filter };
	size_t n = sizeof(rules) / sizeof(rules[0]);

	seccomp_sort(rules, n);
	if (seccomp_build(rules, n, ANSWER(110), &program) == -1)
		err(1, "seccomp_build");
	seccomp_no_new_privs();
	seccomp_load(&program);
}

static void
check(const char *what, int want, long nr, uint64_t a, uint64_t b, uint64_t c)
{
	long got = syscall(nr, a, b, c) == -1 ? errno : 0;

	printf("%s %s: %ld, want %d\n", got == want ? "ok" : "NO", what, got,
	    want);
}

/* The filter allows next to nothing: no memory, and no exit of libc's. */
static void
verdicts(void)
{
	static char buf[4096];

	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	load();
	check("64 bits", 101, SYS_lseek, -1, 0x100000005, 0);
	check("other upper half", EBADF, SYS_lseek, -1, 0x200000005, 0);
	check("upper half empty", EBADF, SYS_lseek, -1, 5, 0);
	check("other lower half", EBADF, SYS_lseek, -1, 0x100000006, 0);
	check("an int", 102, SYS_lseek, -1, 0, 7);
	check("an int with garbage above", 102, SYS_lseek, -1, 0,
	    0xdeadbeef00000007);
	check("some bits", 103, SYS_lseek, -1, 0xffffff3f, 0);
	check("other bits", EBADF, SYS_lseek, -1, 0xffffff2f, 0);
	check("upper bits only", 106, SYS_lseek, -1, TOP, 0);
	check("first rule decides", EBADF, SYS_lseek, -1, 9, 0);
	check("else the second", 104, SYS_lseek, -1, 0x500000009, 0);
	check("no rule holds", 110, SYS_lseek, 3, 0, 0);
	check("always", 105, SYS_getppid, 0, 0, 0);
	check("the later rule for a number", 0, SYS_getuid, 0, 0, 0);
	check("rule fails, default", 110, SYS_fchdir, 4, 0, 0);
	check("rule holds, allowed", EBADF, SYS_fchdir, 5, 0, 0);
	check("two rules, first", 108, SYS_fchmod, 3, 0, 0);
	check("two rules, second", 109, SYS_fchmod, 4, 0, 0);
	check("no rule: default", 110, SYS_getgid, 0, 0, 0);
	check("no rule: default again", 110, SYS_io_setup, 0, 0, 0);
	check("neighbour", 111, 1000, 0, 0, 0);
	check("another action", 112, 1001, 0, 0, 0);
	check("end of a run", 112, 1002, 0, 0, 0);
	check("gap", 110, 1003, 0, 0, 0);
	check("after the gap", 112, 1004, 0, 0, 0);
	check("its rule holds", 113, 1006, 5, 0, 0);
	check("its rule fails", 110, 1006, 4, 0, 0);
	check("not the next one's", 114, 1007, 5, 0, 0);
	check("beyond all numbers", 110, 100000, 0, 0, 0);
	fflush(stdout);
	syscall(SYS_exit_group, 0);
}

static void
try(const struct seccomp_rule *list, size_t n, unsigned short room)
{
	struct sock_fprog program = { room, filter };
	int r = seccomp_build(list, n, SECCOMP_RET_ALLOW, &program);

	puts(r == -1 ? strerrorname_np(errno) : "built");
}

static void
refusals(void)
{
	static struct seccomp_rule many[3000];
	struct seccomp_rule sorted[] = { { 3, 0, 0, 0, 0 }, { 7, 0, 5, 8, 8 } };
	struct seccomp_rule unsorted[] = { { 7, 0, 0, 0, 0 },
		{ 3, 0, 0, 0, 0 } };
	struct seccomp_rule arg[] = { { 7, 0, 6, 0, 0 } };
	struct seccomp_rule value[] = { { 7, 0, 0, 1, 2 } };
	struct seccomp_rule negative[] = { { -1, 0, 0, 0, 0 } };
	size_t i;

	try(sorted, 2, BPF_MAXINSNS);
	try(NULL, 0, BPF_MAXINSNS);
	try(unsorted, 2, BPF_MAXINSNS);
	try(arg, 1, BPF_MAXINSNS);
	try(value, 1, BPF_MAXINSNS);
	try(negative, 1, BPF_MAXINSNS);
	try(sorted, 2, 9);
	try(sorted, 2, 0);
	for (i = 0; i < 3000; i++)
		many[i].nr = (int)i * 2;
	try(many, 1000, BPF_MAXINSNS);
	try(many, 3000, BPF_MAXINSNS);
	for (i = 0; i < 3000; i++)
		many[i] = (struct seccomp_rule){ 7, 0, 0, 1, 1 };
	try(many, 60, BPF_MAXINSNS);
	try(many, 70, BPF_MAXINSNS);
}

static void
dump(int argc, char *argv[], bool sort)
{
	static struct seccomp_rule list[4000];
	struct sock_fprog program = { 0, filter };
	size_t n;

	program.len = (unsigned short)strtoul(argv[0], NULL, 0);
	for (n = 0; (int)n < argc - 2; n++)
		if (n == sizeof(list) / sizeof(list[0]) ||
		    sscanf(argv[n + 2],
			"%d:%" SCNi32 ":%u:%" SCNi64 ":%" SCNi64, &list[n].nr,
			(int32_t *)&list[n].action, &list[n].arg,
			(int64_t *)&list[n].mask,
			(int64_t *)&list[n].value) != 5)
			errx(2, "rule %s", argv[n + 2]);
	if (sort)
		seccomp_sort(list, n);
	if (seccomp_build(
		list, n, (uint32_t)strtoul(argv[1], NULL, 0), &program) == -1) {
		puts(strerrorname_np(errno));
		return;
	}
	printf("program %hu\n", program.len);
	for (n = 0; n < program.len; n++)
		printf("%hu %hhu %hhu %u\n", filter[n].code, filter[n].jt,
		    filter[n].jf, filter[n].k);
}

int
main(int argc, char *argv[])
{
	bool unsorted = argc > 1 && strcmp(argv[1], "-u") == 0;

	argc -= unsorted;
	argv += unsorted;
	if (argc >= 4 && strcmp(argv[1], "dump") == 0)
		dump(argc - 2, argv + 2, !unsorted);
	else if (argc == 2 && strcmp(argv[1], "verdicts") == 0)
		verdicts();
	else if (argc == 2 && strcmp(argv[1], "refusals") == 0)
		refusals();
	else
		errx(2, "usage: seccomp_driver verdicts|refusals|dump ...");
	return 0;
}
