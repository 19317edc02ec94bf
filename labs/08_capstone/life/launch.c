/*
 * launch.c - the last program before the command.
 *
 * While a process executes a file, /proc/PID/exe leads to that file, and what
 * runs in a box may open it there: it would reach box itself, on the host, and
 * could write to it once it is not busy (CVE-2019-5736 of runc).  So box does
 * not execute the command.  It executes this, from a sealed file in memory,
 * and this executes the command.
 *
 * It has no libc: small, it costs a start the least.  It is compiled into the
 * bytes that output.c carries.  Arguments are, after its name: "N:TELL:LOCK"
 * in decimal; N paths to try; the command's arguments.  It lets exec close the
 * descriptors TELL and LOCK, and tells the former how far it came: an int of 0
 * when it begins, and the errno if it fails.
 *
 * Read: execve(2), syscall(2) about registers, execvp(3).
 */

#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>

enum {
	MOST = 64, /* arguments of a script without "#!" */
};

static long
call(long nr, long a, long b, long c)
{
	long result;
#if defined(__x86_64__)
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr, x0 __asm__("x0") = a,
			 x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2)
			 : "memory");
	result = x0;
#elif defined(__riscv) && __riscv_xlen == 64
	register long a7 __asm__("a7") = nr, a0 __asm__("a0") = a,
			 a1 __asm__("a1") = b, a2 __asm__("a2") = c;
	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2)
			 : "memory");
	result = a0;
#else
#error "launch.c: no system calls for this processor yet"
#endif
	return result;
}

/* As execvp(3) does with a file that the kernel does not know how to run. */
static long
try_shell(char *path, char *argv[], char *envp[])
{
	const char *words[MOST];
	int n = 0;

	words[n++] = "/bin/sh";
	words[n++] = path;
	for (argv++; *argv != (char *)0; argv++) {
		if (n == MOST - 1)
			return -E2BIG;
		words[n++] = *argv;
	}
	words[n] = (char *)0;
	return call(SYS_execve, (long)words[0], (long)words, (long)envp);
}

/* The number at *text; *text moves behind it and what ends it. */
static long
take_number(const char **text)
{
	long n = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		n = n * 10 + **text - '0';
	if (**text != '\0')
		(*text)++;
	return n;
}

__attribute__((used)) static void
begin(long *stack)
{
	long argc = stack[0], paths, tell, lock, result = 0, denied = 0;
	char **argv = (char **)(stack + 1), **envp = argv + argc + 1;
	const char *numbers = argc > 1 ? argv[1] : "";
	int error = 0;

	/* Started by anyone but box, it does nothing. */
	paths = take_number(&numbers);
	tell = take_number(&numbers);
	lock = take_number(&numbers);
	if (paths < 1 || argc < paths + 3)
		call(SYS_exit_group, 125, 0, 0);
	call(SYS_fcntl, tell, F_SETFD, FD_CLOEXEC);
	call(SYS_fcntl, lock, F_SETFD, FD_CLOEXEC);
	call(SYS_write, tell, (long)&error, sizeof(error));
	for (long i = 2; i < 2 + paths; i++) {
		result = call(SYS_execve, (long)argv[i],
		    (long)(argv + 2 + paths), (long)envp);
		if (result == -ENOEXEC)
			result = try_shell(argv[i], argv + 2 + paths, envp);
		if (result == -EACCES)
			denied = result;
		else if (result != -ENOENT && result != -ENOTDIR)
			break;
	}
	/* A program that may not be run is worth more than none at all. */
	if (denied != 0 && (result == -ENOENT || result == -ENOTDIR))
		result = denied;
	error = (int)-result;
	call(SYS_write, tell, (long)&error, sizeof(error));
	call(SYS_exit_group, error == ENOENT || error == ENOTDIR ? 127 : 126, 0,
	    0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\t"
	"call begin\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tb begin\n");
#elif defined(__riscv)
__asm__(".globl _start\n_start:\n\tmv a0, sp\n\ttail begin\n");
#endif
