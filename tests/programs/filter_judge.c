/*
 * filter_judge - is a filter the one that was asked for?
 *
 *	filter_judge rules SEED
 *	filter_judge check|foreign OTHERWISE RULE ... <program
 *
 * RULE is "nr:action:arg:mask:value", as seccomp_driver takes it; "rules" makes
 * up an action for all else and rules, others for another seed.  The program
 * comes as seccomp_driver dumps it: "program LENGTH", and then for each
 * instruction a line "code jt jf k".
 *
 * "check" has the kernel look it over, and then runs it here for calls that
 * each rule is about, and for those just beside it; "foreign" for calls in
 * another convention.  For each it prints "ok" or "NO", what it is about, the
 * verdict and what it should have been.  Nothing here is a student's.
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALL UINT64_MAX
#define INT UINT32_MAX
#define RULES 600

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

struct rule {
	int nr;
	uint32_t action;
	unsigned int arg;
	uint64_t mask, value;
};

static struct rule rules[RULES];
static size_t count;
static uint32_t otherwise;
static struct sock_filter filter[BPF_MAXINSNS];
static unsigned short length;

static uint64_t seed;

/* splitmix64 */
static uint64_t
chance(void)
{
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t
draw(uint64_t low, uint64_t high)
{
	return low + chance() % (high - low + 1);
}

/* Rules that nobody has seen. */

static uint32_t
draw_action(void)
{
	static const uint32_t some[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_LOG,
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRAP };

	return draw(0, 3) != 0 ? SECCOMP_RET_ERRNO | (uint32_t)draw(2, 120)
			       : some[draw(0, 3)];
}

static void
add(uint64_t nr, uint32_t action, uint64_t arg, uint64_t mask, uint64_t value)
{
	rules[count++] = (struct rule){ (int)nr, action, (unsigned int)arg,
		mask, value & mask };
}

/* In any order, but those for one number in their own. */
static void
shuffle(void)
{
	for (size_t i = 0; i < count * 8; i++) {
		size_t at = draw(0, count - 2);
		struct rule one = rules[at];

		if (one.nr == rules[at + 1].nr)
			continue;
		rules[at] = rules[at + 1];
		rules[at + 1] = one;
	}
}

static void
make_rules(void)
{
	uint64_t nr = draw(1, 9), a = draw(0, 5), b = draw(0, 5);
	uint64_t value = draw(1, 1000) << 32 | draw(1, INT), nibble;
	uint32_t action, run = SECCOMP_RET_ERRNO | (uint32_t)draw(2, 120);

	/* Several for one number, about halves and bits. */
	nibble = draw(0, 6) * 4;
	add(nr, draw_action(), a, ALL, value);
	add(nr, draw_action(), b, INT, draw(1, INT));
	add(nr, draw_action(), a, UINT64_C(15) << nibble, draw(0, ALL - 1));
	add(nr, draw_action(), a, UINT64_C(15) << 60, draw(0, ALL - 1));
	value = draw(1, INT);
	action = draw_action();
	add(nr, action, b, ALL, value);
	add(nr, action ^ 1, b, INT, value);
	nr += draw(2, 60);
	add(nr, draw_action(), draw(0, 5), ALL, draw(0, INT));
	nr += draw(2, 60);
	add(nr, draw_action(), draw(0, 5), INT, INT);
	nr += draw(2, 60);
	add(nr, draw_action(), 0, 0, 0);
	nr += draw(2, 60);
	action = draw_action();
	add(nr, action, 0, 0, 0);
	add(nr, action ^ 3, 0, 0, 0);
	nr += draw(2, 60);
	action = draw_action();
	add(nr, action, draw(0, 5), INT, draw(0, 9));
	add(nr, action ^ 2, 0, 0, 0);

	/* Neighbours, of which some have one action, and a gap. */
	nr += draw(60, 900);
	add(nr, draw_action(), 0, 0, 0);
	add(nr + 1, run, 0, 0, 0);
	add(nr + 2, run, 0, 0, 0);
	add(nr + 4, run, 0, 0, 0);
	add(nr + 6, draw_action(), a, INT, draw(0, 9));
	add(nr + 7, draw_action(), 0, 0, 0);
	shuffle();
	do
		otherwise = draw_action();
	while (otherwise == run);
}

static void
print_rules(void)
{
	printf("%#x", otherwise);
	for (const struct rule *r = rules; r < rules + count; r++)
		printf(" %d:%#x:%u:%#" PRIx64 ":%#" PRIx64, r->nr, r->action,
		    r->arg, r->mask, r->value);
	putchar('\n');
}

static void
read_rules(int argc, char *argv[])
{
	otherwise = (uint32_t)strtoul(argv[0], NULL, 0);
	for (count = 0; (int)count < argc - 1 && count < RULES; count++) {
		struct rule *r = &rules[count];

		if (sscanf(argv[count + 1],
			"%d:%" SCNi32 ":%u:%" SCNi64 ":%" SCNi64, &r->nr,
			(int32_t *)&r->action, &r->arg, (int64_t *)&r->mask,
			(int64_t *)&r->value) != 5 ||
		    r->arg > 5)
			errx(125, "rule %s", argv[count + 1]);
		seed = seed * 31 + (uint64_t)r->nr + r->action + r->value;
	}
}

static void
read_program(void)
{
	char line[128];
	unsigned int n, code, jt, jf, k;

	if (fgets(line, sizeof(line), stdin) == NULL)
		strcpy(line, "");
	if (sscanf(line, "program %u", &n) != 1 || n == 0 || n > BPF_MAXINSNS) {
		printf("NO filter: %.60s\n", line);
		exit(0);
	}
	for (length = 0; length < n; length++) {
		if (fgets(line, sizeof(line), stdin) == NULL ||
		    sscanf(line, "%u %u %u %u", &code, &jt, &jf, &k) != 4 ||
		    code > UINT16_MAX || jt > UINT8_MAX || jf > UINT8_MAX) {
			printf("NO filter: it ends after %u\n", length);
			exit(0);
		}
		filter[length] = (struct sock_filter){ (uint16_t)code,
			(uint8_t)jt, (uint8_t)jf, k };
	}
}

/* Does the kernel take it?  A process tries, and makes no call after it. */
static int
kernel_says(void)
{
	struct sock_fprog program = { length, filter };
	volatile int *answer = mmap(NULL, sizeof(*answer),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (answer == MAP_FAILED)
		err(125, "mmap");
	*answer = -1;
	pid = fork();
	if (pid == -1)
		err(125, "fork");
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		*answer = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
			      &program) == 0
		    ? 0
		    : errno;
		__builtin_trap();
	}
	waitpid(pid, NULL, 0);
	return *answer;
}

/* What the machine of the filter computes; the kernel has checked it. */
static uint32_t
compute(uint16_t op, uint32_t a, uint32_t b)
{
	switch (BPF_OP(op)) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return b == 0 ? 0 : a / b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	default:
		return -a;
	}
}

static bool
compare(uint16_t op, uint32_t a, uint32_t b)
{
	switch (BPF_OP(op)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

static uint32_t
load(const struct sock_filter *in, const struct seccomp_data *data,
    const uint32_t memory[BPF_MEMWORDS])
{
	uint32_t word;

	switch (BPF_MODE(in->code)) {
	case BPF_ABS:
		if (in->k > sizeof(*data) - sizeof(word))
			errx(125, "load at %u", in->k);
		memcpy(&word, (const char *)data + in->k, sizeof(word));
		return word;
	case BPF_MEM:
		return memory[in->k % BPF_MEMWORDS];
	case BPF_LEN:
		return sizeof(*data);
	default:
		return in->k;
	}
}

static uint32_t
run(const struct seccomp_data *data)
{
	uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = { 0 }, with;

	for (size_t pc = 0; pc < length; pc++) {
		const struct sock_filter *in = &filter[pc];

		with = BPF_SRC(in->code) == BPF_X ? x : in->k;
		switch (BPF_CLASS(in->code)) {
		case BPF_RET:
			return BPF_RVAL(in->code) == BPF_A ? a : in->k;
		case BPF_LD:
			a = load(in, data, memory);
			break;
		case BPF_LDX:
			x = load(in, data, memory);
			break;
		case BPF_ST:
			memory[in->k % BPF_MEMWORDS] = a;
			break;
		case BPF_STX:
			memory[in->k % BPF_MEMWORDS] = x;
			break;
		case BPF_ALU:
			a = compute(in->code, a, with);
			break;
		case BPF_MISC:
			if (BPF_MISCOP(in->code) == BPF_TAX)
				x = a;
			else
				a = x;
			break;
		case BPF_JMP:
			if (BPF_OP(in->code) == BPF_JA)
				pc += in->k;
			else
				pc += compare(in->code, a, with) ? in->jt
								 : in->jf;
			break;
		}
	}
	return SECCOMP_RET_KILL_PROCESS;
}

/* What it should say, and how many rules hold. */
static uint32_t
wanted(const struct seccomp_data *data, int *holds, int *about)
{
	uint32_t verdict = otherwise;

	*holds = *about = 0;
	for (const struct rule *r = rules; r < rules + count; r++) {
		if (r->nr != data->nr)
			continue;
		++*about;
		if ((data->args[r->arg] & r->mask) != r->value)
			continue;
		if ((*holds)++ == 0)
			verdict = r->action;
	}
	return verdict;
}

static void
try(const char *what, const struct seccomp_data *data)
{
	int holds, about;
	uint32_t want = wanted(data, &holds, &about), got = run(data);

	if (holds > 1)
		what = "first rule decides";
	else if (about == 0)
		what = "no rule: default";
	printf("%s %s: %#x, want %#x, for call %d\n", want == got ? "ok" : "NO",
	    what, got, want, data->nr);
}

static struct seccomp_data
some_call(int nr)
{
	struct seccomp_data data = { .nr = nr, .arch = ARCH };

	data.instruction_pointer = chance();
	for (int i = 0; i < 6; i++)
		data.args[i] = chance();
	return data;
}

static const char *
name_of(const struct rule *r)
{
	if (r->mask == 0)
		return "always";
	if (r->mask == ALL)
		return "64 bits";
	if (r->mask == INT)
		return "an int with garbage above";
	return r->mask <= INT ? "some bits" : "upper bits only";
}

/* One of the bits of a mask. */
static uint64_t
bit_of(uint64_t mask)
{
	uint64_t bit;

	do
		bit = UINT64_C(1) << (chance() % 64);
	while ((bit & mask) == 0);
	return bit;
}

static void
try_rule(const struct rule *r)
{
	struct seccomp_data data = some_call(r->nr), other;
	uint64_t upper = r->mask & ~(uint64_t)INT, lower = r->mask & INT;

	data.args[r->arg] = (data.args[r->arg] & ~r->mask) | r->value;
	try(name_of(r), &data);
	other = data;
	if (upper != 0) {
		other.args[r->arg] ^= bit_of(upper);
		try("other upper half", &other);
		other = data;
		other.args[r->arg] &= INT;
		try("upper half empty", &other);
		other = data;
	}
	if (lower != 0) {
		other.args[r->arg] ^= bit_of(lower);
		try(upper != 0 ? "other lower half" : "rule fails, other bits",
		    &other);
	}
	other = some_call(r->nr);
	try("no rule holds", &other);
	other.nr = r->nr + 1;
	try("neighbour", &other);
	other.nr = r->nr - 1;
	if (other.nr >= 0)
		try("neighbour below", &other);
}

static void
check(void)
{
	static const int far[] = { 0, 4999, 100000, 0x3fffffff };
	struct seccomp_data data;

	for (size_t i = 0; i < count; i++)
		try_rule(&rules[i]);
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		data = some_call(far[i]);
		try("beyond all numbers", &data);
	}
}

static void
foreign(void)
{
	static const uint32_t arches[] = { AUDIT_ARCH_I386, AUDIT_ARCH_ARM,
		AUDIT_ARCH_PPC64LE, AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64 };
	struct seccomp_data data;

	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++)
		for (size_t j = 0; j <= count; j++) {
			data = some_call(j < count ? rules[j].nr : 999);
			data.arch = arches[i];
			if (arches[i] == ARCH && arches[i] == AUDIT_ARCH_X86_64)
				data.nr |= 0x40000000;
			else if (arches[i] == ARCH)
				continue;
			printf("%s foreign: %#x, want a kill, for call %#x of "
			       "convention %#x\n",
			    run(&data) == SECCOMP_RET_KILL_PROCESS ? "ok"
								   : "NO",
			    run(&data), (unsigned int)data.nr, data.arch);
		}
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 2 ? argv[1] : "";
	int answer;

	if (strcmp(what, "rules") == 0) {
		seed = strtoull(argv[2], NULL, 0);
		make_rules();
		print_rules();
		return 0;
	}
	if (strcmp(what, "check") != 0 && strcmp(what, "foreign") != 0)
		errx(125,
		    "usage: filter_judge rules seed | "
		    "filter_judge check|foreign otherwise rule ...");
	read_rules(argc - 2, argv + 2);
	read_program();
	answer = kernel_says();
	if (answer != 0) {
		printf("NO filter: the kernel refuses it: %s\n",
		    answer == -1 ? "no answer" : strerrorname_np(answer));
		return 0;
	}
	if (strcmp(what, "check") == 0)
		check();
	else
		foreign();
	return 0;
}
