/*
 * box_keys.c - keys of the kernel's, in the keyring of a session.
 *
 * usage: box_keys add NAME COMMAND [argument ...]
 *        box_keys find NAME
 *
 * "add" puts a key into a new session keyring and becomes the command; "find"
 * says "found" or an errno.  Static, to run in any image.
 */

#define _GNU_SOURCE
#include <sys/syscall.h>

#include <linux/keyctl.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "find") == 0) {
		if (syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING,
			"user", argv[2], 0) != -1)
			puts("found");
		else
			puts(strerrorname_np(errno));
		return 0;
	}
	if (argc < 4 || strcmp(argv[1], "add") != 0)
		errx(2, "usage: box_keys add NAME COMMAND ... | find NAME");
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 ||
	    syscall(SYS_add_key, "user", argv[2], "secret", 6,
		KEY_SPEC_SESSION_KEYRING) == -1)
		err(2, "keys");
	execvp(argv[3], argv + 3);
	err(2, "%s", argv[3]);
}
