/*
 * call - make one system call, and say how it went: "fine" or an errno.
 *
 * usage: call NAME|NUMBER [argument ...]
 *        call -n NAME		print its number
 *        call -l		list all names
 *
 * The numbers are the headers'; nothing here is a lab's.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	long number;
} calls[] = {
#include "syscall_names.inc"
};

/* The number of a call, or -1 if the headers do not know it. */
static long
number(const char *name)
{
	char *end;
	long nr = (long)strtoull(name, &end, 0);

	if (*end == '\0' && end != name)
		return nr;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	return -1;
}

static int
list(void)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		puts(calls[i].name);
	return 0;
}

int
main(int argc, char *argv[])
{
	long a[7] = { 0 };

	if (argc == 2 && strcmp(argv[1], "-l") == 0)
		return list();
	if (argc == 3 && strcmp(argv[1], "-n") == 0)
		return printf("%ld\n", number(argv[2])) < 0;
	if (argc < 2)
		return 2;
	a[0] = number(argv[1]);
	for (int i = 2; i < argc && i < 8; i++)
		a[i - 1] = (long)strtoull(argv[i], NULL, 0);
	if (a[0] == -1)
		puts("unknown");
	else if (syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]) == -1)
		puts(strerrorname_np(errno));
	else
		puts("fine");
	return 0;
}
