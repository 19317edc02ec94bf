/*
 * disasm.c - what does this filter do?
 *
 * A filter only ever jumps forward, so one pass over it follows every path at
 * once.  For each instruction we note the lowest and the highest system call
 * number that can come there: read beside the returns, they are the policy
 * again.
 *
 * Read: seccomp(2), and the kernel's Documentation/networking/filter.rst.
 */

#define _GNU_SOURCE
#include <linux/audit.h>

#include <stdbool.h>
#include <string.h>

#include "seccomp.h"
#include "syscalls.h"

#define NR offsetof(struct seccomp_data, nr)
#define ARCH offsetof(struct seccomp_data, arch)
#define ARGS offsetof(struct seccomp_data, args)

/* Who can come to an instruction.  Nobody, while low > high. */
struct visitors {
	uint32_t low, high; /* system call numbers */
	uint32_t word; /* the offset of what the register holds */
};

/* Numbers low to high, if there are any, come to an instruction. */
static void
visit(struct visitors *at, uint32_t low, uint32_t high, uint32_t word)
{
	if (low > high)
		return;
	if (at->low > at->high) {
		*at = (struct visitors){ low, high, word };
		return;
	}
	if (low < at->low)
		at->low = low;
	if (high > at->high)
		at->high = high;
	if (word != at->word)
		at->word = UINT32_MAX; /* it depends on the path */
}

/* All that come to instruction i go on to the next ones. */
static void
go_on(const struct sock_filter *in, struct visitors *v)
{
	struct visitors *yes = v + 1 + in->jt, *no = v + 1 + in->jf;
	uint32_t low = v->low, high = v->high, k = in->k;

	if (BPF_CLASS(in->code) == BPF_RET)
		return;
	if (BPF_CLASS(in->code) != BPF_JMP)
		visit(v + 1, low, high,
		    BPF_CLASS(in->code) == BPF_LD ? k : v->word);
	else if (BPF_OP(in->code) == BPF_JA)
		visit(v + 1 + k, low, high, v->word);
	else if (v->word == NR && in->code == (BPF_JMP | BPF_JEQ | BPF_K)) {
		if (low <= k && k <= high)
			visit(yes, k, k, NR);
		visit(no, low + (low == k), high - (high == k), NR);
	} else if (v->word == NR && in->code == (BPF_JMP | BPF_JGE | BPF_K)) {
		visit(yes, low > k ? low : k, high, NR);
		if (k > 0)
			visit(no, low, high < k ? high : k - 1, NR);
	} else { /* the number plays no part */
		visit(yes, low, high, v->word);
		visit(no, low, high, v->word);
	}
}

static void
print_number(uint32_t nr, FILE *out)
{
	const char *name = syscall_name((int)nr);

	if (name != NULL)
		fprintf(out, "%u %s", nr, name);
	else
		fprintf(out, nr < 0x10000 ? "%u" : "%#x", nr);
}

static void
print_visitors(const struct visitors *v, FILE *out)
{
	if (v->low > v->high || (v->low == 0 && v->high == UINT32_MAX))
		return;
	fputs("\t; ", out);
	print_number(v->low, out);
	if (v->high == UINT32_MAX) {
		fputs(" and up", out);
	} else if (v->high != v->low) {
		fputs(" to ", out);
		print_number(v->high, out);
	}
}

static void
print_action(uint32_t action, FILE *out)
{
	static const struct {
		uint32_t action;
		const char *name;
	} known[] = {
		{ SECCOMP_RET_KILL_PROCESS, "KILL_PROCESS" },
		{ SECCOMP_RET_KILL_THREAD, "KILL_THREAD" },
		{ SECCOMP_RET_TRAP, "TRAP" },
		{ SECCOMP_RET_USER_NOTIF, "USER_NOTIF" },
		{ SECCOMP_RET_TRACE, "TRACE" },
		{ SECCOMP_RET_LOG, "LOG" },
		{ SECCOMP_RET_ALLOW, "ALLOW" },
	};
	const char *error = strerrorname_np(action & SECCOMP_RET_DATA);
	size_t i;

	if ((action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO) {
		fprintf(out, "return ERRNO(%s)", error != NULL ? error : "?");
		return;
	}
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((action & SECCOMP_RET_ACTION_FULL) == known[i].action)
			fprintf(out, "return %s", known[i].name);
}

static void
print_load(uint32_t offset, FILE *out)
{
	if (offset == NR)
		fputs("A = nr", out);
	else if (offset == ARCH)
		fputs("A = arch", out);
	else if (offset >= ARGS)
		fprintf(out, "A = args[%zu] %s half", (offset - ARGS) / 8,
		    (offset - ARGS) % 8 == 0 ? "lower" : "upper");
	else
		fprintf(out, "A = word at %u", offset);
}

static void
print_jump(const struct sock_filter *in, size_t i, bool arch, FILE *out)
{
	/* The same comparison, and the one that is true when it is not. */
	static const char *const is[] = { [BPF_JEQ >> 4] = "==",
		[BPF_JGT >> 4] = ">",
		[BPF_JGE >> 4] = ">=",
		[BPF_JSET >> 4] = "has" };
	static const char *const is_not[] = { [BPF_JEQ >> 4] = "!=",
		[BPF_JGT >> 4] = "<=",
		[BPF_JGE >> 4] = "<",
		[BPF_JSET >> 4] = "lacks" };
	size_t op = BPF_OP(in->code) >> 4;

	if (BPF_OP(in->code) == BPF_JA) {
		fprintf(out, "goto %zu", i + 1 + in->k);
		return;
	}
	fprintf(out, "if A %s ", in->jt != 0 ? is[op] : is_not[op]);
	if (arch && in->k == AUDIT_ARCH_X86_64)
		fputs("x86-64", out);
	else if (arch && in->k == AUDIT_ARCH_AARCH64)
		fputs("arm64", out);
	else
		fprintf(out, in->k < 0x10000 ? "%u" : "%#x", in->k);
	fprintf(out, " goto %zu", i + 1 + (in->jt != 0 ? in->jt : in->jf));
	if (in->jt != 0 && in->jf != 0)
		fprintf(out, " else %zu", i + 1 + in->jf);
}

/* DOC: seccomp_explain */
void
seccomp_explain(const struct sock_fprog *program, FILE *out)
{
	struct visitors v[BPF_MAXINSNS + 256];
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		v[i] = (struct visitors){ 1, 0, UINT32_MAX };
	v[0].low = 0;
	v[0].high = UINT32_MAX;

	for (i = 0; i < program->len; i++) {
		const struct sock_filter *in = &program->filter[i];

		go_on(in, &v[i]);
		fprintf(out, "%4zu  ", i);
		if (in->code == (BPF_LD | BPF_W | BPF_ABS))
			print_load(in->k, out);
		else if (in->code == (BPF_ALU | BPF_AND | BPF_K))
			fprintf(out, "A &= %#x", in->k);
		else if (BPF_CLASS(in->code) == BPF_JMP)
			print_jump(in, i, v[i].word == ARCH, out);
		else if (in->code == (BPF_RET | BPF_K))
			print_action(in->k, out);
		else
			fprintf(out, "code %#x, k %#x", in->code, in->k);
		if (BPF_CLASS(in->code) == BPF_RET)
			print_visitors(&v[i], out);
		fputc('\n', out);
	}
}
