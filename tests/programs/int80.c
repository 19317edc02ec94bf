/*
 * int80 - kill(2) of this process with signal 0, as a 32-bit program calls it.
 */

#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	int pid = getpid(), result;

	/* 37 is kill(2) to i386, and alarm(2) to x86-64. */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(37), "b"(pid), "c"(0)
			 : "memory");
	printf("kill: %d\n", result);
}
