/* seccomp.h - which system calls may this process make? */

#ifndef SECCOMP_H
#define SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * One line of a policy: "do this when that system call is made".
 *
 * A rule may look at one argument, and holds when
 *
 *	(args[arg] & mask) == value
 *
 * The mask says which bits the kernel will look at.  For a pointer or a long
 * that is all of them, UINT64_MAX.  But many arguments are a 32-bit int to the
 * kernel, which ignores the upper half of the register: they need a mask
 * within UINT32_MAX, or any caller could hide a value by setting a bit that
 * nobody reads.  Mask 0 looks at nothing: the rule always holds.
 *
 * Of several rules for one number the first that holds decides; if none does,
 * the default action.  So "every family but AF_ALG" is two rules: refuse
 * AF_ALG, allow the rest.
 */
struct seccomp_rule {
	int nr; /* SYS_kill ... */
	uint32_t action; /* SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM ... */
	unsigned int arg; /* 0 to 5 */
	uint64_t mask;
	uint64_t value;
};

/*
 * Let no execve(2) grant this process, or its children, anything: set-uid and
 * file capabilities lose their effect.  Without CAP_SYS_ADMIN it must come
 * before seccomp_load(), and cannot be undone.  Exits on failure.
 */
void seccomp_no_new_privs(void);

/*
 * Put rules in the order that seccomp_build() needs: by number.  Rules for
 * the same number stay in the order of the list.
 */
void seccomp_sort(struct seccomp_rule *rules, size_t n);

/*
 * Compile sorted rules.  program->filter is the caller's buffer with room for
 * program->len instructions (the kernel takes no more than BPF_MAXINSNS);
 * on success program->len is the length used.  A call with the number of no
 * rule gets the action otherwise.  A call in a foreign convention (32-bit,
 * x32), whose numbers mean other calls, kills the process.
 *
 * 0, or -1 with errno EINVAL (rules not sorted, no such argument, a value with
 * bits outside its mask) or E2BIG (no room).  Needs no privilege.
 */
int seccomp_build(const struct seccomp_rule *rules, size_t n,
    uint32_t otherwise, struct sock_fprog *program);

/*
 * Put the filter before every system call from here on, this process's and
 * its children's; it cannot be removed.  Call it last before execve(2), since
 * it binds the caller too.  Needs no_new_privs or CAP_SYS_ADMIN.  Exits on
 * failure.
 */
void seccomp_load(const struct sock_fprog *program);

/*
 * Disassemble any filter to out, an instruction a line; beside each "return"
 * stand the numbers of the calls that can come to it.
 */
void seccomp_explain(const struct sock_fprog *program, FILE *out);

#endif
