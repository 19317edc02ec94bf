/*
 * inject - system calls made by a process that is held, and what came of them.
 *
 *	inject PID CALL ...
 *	inject -e PID
 *
 * CALL is "name,argument,..." or a number in place of the name, after "i386/"
 * a number of that convention.  Each is made in the process as if by itself, so
 * that whatever filter it is under decides, and prints "name fine", an errno,
 * or the signal that ended or hit it.  Nothing that runs in the process, and
 * nobody near it, has a say in what is printed.
 *
 * -e: follow the process, say "ready", and print its status file as it is when
 * it asks for the execve(2) after the next one.
 *
 * It is traced, from a namespace above its own: see ptrace(2).
 */

#define _GNU_SOURCE
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ptrace.h>

static const struct {
	const char *name;
	long number;
} calls[] = {
#include "syscall_names.inc"
};

static pid_t pid;
static struct user_regs_struct saved; /* of the call that we replace */

/* The number of a call, or -1 if the headers do not know it. */
static long
number_of(const char *name)
{
	char *end;
	long nr = (long)strtoull(name, &end, 0);

	if (*end == '\0' && end != name)
		return nr;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	errx(125, "no system call %s", name);
}

/* Registers: the call that is about to be made, and its result. */
#if defined(__x86_64__)
enum {
	CALL_SIZE = 2, /* of the instruction that calls */
};

static void
prepare(struct user_regs_struct *r, long nr, const uint64_t a[6], bool i386)
{
	r->orig_rax = (uint64_t)nr;
	r->rdi = a[0];
	r->rsi = a[1];
	r->rdx = a[2];
	r->r10 = a[3];
	r->r8 = a[4];
	r->r9 = a[5];
	if (!i386)
		return;
	r->rbx = a[0];
	r->rcx = a[1];
}

static void
step_back(struct user_regs_struct *r)
{
	r->rax = r->orig_rax;
	r->orig_rax = (uint64_t)-1;
	r->rip -= CALL_SIZE;
}

static long
result_of(const struct user_regs_struct *r)
{
	return (long)r->rax;
}

static uint64_t
where(const struct user_regs_struct *r)
{
	return r->rip;
}
#elif defined(__aarch64__)
enum {
	CALL_SIZE = 4,
};

static void
prepare(struct user_regs_struct *r, long nr, const uint64_t a[6], bool i386)
{
	struct iovec one = { &(int){ (int)nr }, sizeof(int) };

	memcpy(r->regs, a, 6 * sizeof(a[0]));
	r->regs[8] = (uint64_t)nr;
	if (i386 || ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &one))
		err(125, "the call of %d", pid);
}

static void
step_back(struct user_regs_struct *r)
{
	r->pc -= CALL_SIZE;
}

static long
result_of(const struct user_regs_struct *r)
{
	return (long)r->regs[0];
}

static uint64_t
where(const struct user_regs_struct *r)
{
	return r->pc;
}
#endif

static struct user_regs_struct
get(void)
{
	struct user_regs_struct r;
	struct iovec all = { &r, sizeof(r) };

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) == -1)
		err(125, "registers of %d", pid);
	return r;
}

static void
set(struct user_regs_struct *r)
{
	struct iovec all = { r, sizeof(*r) };

	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) == -1)
		err(125, "registers of %d", pid);
}

/* Let it go on to the next stop. */
static int
next_stop(int signal)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, pid, 0, signal) == -1)
		err(125, "ptrace: %d", pid);
	if (waitpid(pid, &status, __WALL) == -1)
		err(125, "waitpid: %d", pid);
	return status;
}

static bool
is_call(int status)
{
	return WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80);
}

/* On to the next entry of a call, or the end, or the nth execve. */
static int
next_entry(int *execs)
{
	struct __ptrace_syscall_info info;
	int status, signal = 0;

	for (;;) {
		status = next_stop(signal);
		if (!WIFSTOPPED(status))
			return status;
		signal = 0;
		if (is_call(status)) {
			if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
				&info) == -1)
				err(125, "the call of %d", pid);
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
				return status;
		} else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			if (execs != NULL && --*execs == 0)
				return status;
		} else if (status >> 16 == 0) {
			signal = WSTOPSIG(status);
		}
	}
}

static void
report(const char *what, int status, const struct user_regs_struct *r)
{
	if (WIFSIGNALED(status))
		printf("%s killed by SIG%s\n", what,
		    sigabbrev_np(WTERMSIG(status)));
	else if (!is_call(status))
		printf("%s hit by SIG%s\n", what,
		    WIFSTOPPED(status) ? sigabbrev_np(WSTOPSIG(status)) : "-");
	else if (result_of(r) < 0 && result_of(r) > -4096)
		printf("%s %s\n", what, strerrorname_np((int)-result_of(r)));
	else
		printf("%s fine\n", what);
	fflush(stdout);
}

/* The instruction "int $0x80" in place of the one that calls, and back. */
static void
swap_instruction(long *word)
{
	uint64_t at = where(&saved) - CALL_SIZE;
	long old;

	errno = 0;
	old = ptrace(PTRACE_PEEKTEXT, pid, at, 0);
	if (errno != 0 || ptrace(PTRACE_POKETEXT, pid, at, *word) == -1)
		err(125, "the code of %d", pid);
	*word = old;
}

/* Back before the instruction, and in again: to where *saved was taken. */
static int
again(void)
{
	struct user_regs_struct r = saved;

	step_back(&r);
	set(&r);
	return next_stop(0);
}

/* In place of the call that it is about to make, another. */
static int
replace(long nr, const uint64_t a[6], bool i386)
{
	struct user_regs_struct r = get();

	prepare(&r, nr, a, i386);
	set(&r);
	return next_stop(0);
}

/* Have it make one call, and come to the next. */
static int
inject(char *text)
{
	bool i386 = strncmp(text, "i386/", 5) == 0;
	char *what = strsep(&text, ",");
	struct user_regs_struct r = saved;
	uint64_t a[6] = { 0 };
	long nr = number_of(what + (i386 ? 5 : 0)), word = 0x80cd;
	int status;

	for (int i = 0; i < 6 && text != NULL; i++)
		a[i] = strtoull(strsep(&text, ","), NULL, 0);
	if (i386) {
		replace(SYS_getpid, a, false);
		swap_instruction(&word);
		again();
	}
	status = replace(nr, a, i386);
	if (is_call(status)) {
		r = get();
		if (i386)
			swap_instruction(&word);

		/* A filter that kills does so after the call's end. */
		status = again();
	}
	report(what, status, &r);
	return status;
}

static void
inject_all(char *list[])
{
	if (!is_call(next_entry(NULL)))
		errx(125, "process %d has ended", pid);
	saved = get();
	for (; *list != NULL; list++)
		if (!is_call(inject(*list)))
			return;
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

static void
follow_exec(void)
{
	struct __ptrace_syscall_info info;
	char path[64], text[16384] = "";
	int execs = 2, status;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	puts("ready");
	fflush(stdout);
	for (;;) {
		status = next_entry(&execs);
		if (execs == 0 || !is_call(status))
			break;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) ==
		    -1)
			err(125, "the call of %d", pid);
		if (info.entry.nr != SYS_execve &&
		    info.entry.nr != SYS_execveat)
			continue;
		f = fopen(path, "re");
		if (f == NULL)
			err(125, "%s", path);
		len = fread(text, 1, sizeof(text) - 1, f);
		text[len] = '\0';
		fclose(f);
	}
	if (execs == 0)
		fputs(text, stdout);
	fflush(stdout);
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

int
main(int argc, char *argv[])
{
	bool follow = argc == 3 && strcmp(argv[1], "-e") == 0;
	int status;

	if (argc < 3)
		errx(125, "usage: inject pid call ... | inject -e pid");
	pid = (pid_t)atoi(argv[follow ? 2 : 1]);
	if (ptrace(PTRACE_SEIZE, pid, 0,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC) == -1)
		err(125, "ptrace: %d", pid);
	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) == -1 ||
	    waitpid(pid, &status, __WALL) == -1)
		err(125, "ptrace: %d", pid);
	if (follow)
		follow_exec();
	else
		inject_all(argv + 2);
	return 0;
}
