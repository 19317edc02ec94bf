/*
 * disasm.c - a filter, as text.
 *
 * A is the one register.  Beside each "return" stand the numbers that can come
 * to it: read down that column, they are the policy again.
 *
 * Read: seccomp(2), and the kernel's Documentation/networking/filter.rst.
 */

#define _GNU_SOURCE
#include <linux/audit.h>

#include <string.h>

#include "reach.h"
#include "seccomp.h"
#include "syscalls.h"

#define ARCH offsetof(struct seccomp_data, arch)
#define ARGS offsetof(struct seccomp_data, args)

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
	const char *error = strerrorname_np((int)(action & SECCOMP_RET_DATA));
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
	if (offset == offsetof(struct seccomp_data, nr))
		fputs("A = nr", out);
	else if (offset == ARCH)
		fputs("A = arch", out);
	else if (offset >= ARGS)
		fprintf(out, "A = args[%zu] %s half", (offset - ARGS) / 8,
		    (offset - ARGS) % 8 == 0 ? "lower" : "upper");
	else
		fprintf(out, "A = word at %u", offset);
}

/* In one of the two ways a jump says 0, "do not skip": print the other. */
static void
print_jump(const struct sock_filter *in, size_t i, uint32_t word, FILE *out)
{
	static const char *const is[] = { "", "==", ">", ">=", "has" };
	static const char *const is_not[] = { "", "!=", "<=", "<", "lacks" };
	size_t op = BPF_OP(in->code) >> 4; /* JA, JEQ, JGT, JGE, JSET */

	if (BPF_OP(in->code) == BPF_JA) {
		fprintf(out, "goto %zu", i + 1 + in->k);
		return;
	}
	fprintf(out, "if A %s ", in->jt != 0 ? is[op] : is_not[op]);
	if (word == ARCH && in->k == AUDIT_ARCH_X86_64)
		fputs("x86-64", out);
	else if (word == ARCH && in->k == AUDIT_ARCH_AARCH64)
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
	struct visitors v[REACH_MAX];
	size_t i;

	reach_start(v);
	for (i = 0; i < program->len; i++) {
		const struct sock_filter *in = &program->filter[i];

		reach_next(in, &v[i]);
		fprintf(out, "%4zu  ", i);
		if (in->code == (BPF_LD | BPF_W | BPF_ABS))
			print_load(in->k, out);
		else if (in->code == (BPF_ALU | BPF_AND | BPF_K))
			fprintf(out, "A &= %#x", in->k);
		else if (BPF_CLASS(in->code) == BPF_JMP)
			print_jump(in, i, v[i].word, out);
		else if (in->code == (BPF_RET | BPF_K))
			print_action(in->k, out);
		else
			fprintf(out, "code %#x, k %#x", in->code, in->k);
		if (BPF_CLASS(in->code) == BPF_RET)
			print_visitors(&v[i], out);
		fputc('\n', out);
	}
}
