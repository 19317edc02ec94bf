/* use.c - two ways to use memory: pages, and files that are pages. */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/mount.h>

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stddef.h>
#include <unistd.h>

#include "exit.h"
#include "use.h"
#include "userns.h"

/*
 * Touch page after page: memory counts when it is used, not when asked for.
 * AddressSanitizer would touch a page of its own for every eight of ours, and
 * who counts pages wants these alone.
 */
__attribute__((no_sanitize("address"))) void
use_pages(uint64_t bytes, _Atomic uint64_t *pages)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	volatile char *p;

	if (bytes == 0)
		return;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		err(EXIT_OWN, "mmap: %" PRIu64 " bytes", bytes);

	/* Pages of 2 MiB would hide the moment; kernels may lack them. */
	(void)madvise((void *)p, bytes, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < bytes; i += page) {
		p[i] = 1;
		if (pages != NULL)
			++*pages;
	}
}

/*
 * The descriptor stays open, and so the file and its file system, although
 * nobody can see the mount any more.
 */
void
use_tmpfs(uint64_t bytes)
{
	static const char block[4096];
	uint64_t rest;
	ssize_t n;
	int fd;

	if (userns_needed())
		userns_enter();
	if (unshare(CLONE_NEWNS) == -1)
		err(EXIT_OWN, "unshare: mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount: make / private");
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=0") ==
	    -1)
		err(EXIT_OWN, "mount: tmpfs on /tmp");
	fd = open("/tmp/boxlab", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		err(EXIT_OWN, "/tmp/boxlab");
	for (rest = bytes; rest > 0; rest -= (uint64_t)n) {
		n = write(fd, block, rest < 4096 ? rest : 4096);
		if (n == -1)
			err(EXIT_OWN, "write: /tmp/boxlab");
	}
	if (umount2("/tmp", MNT_DETACH) == -1)
		err(EXIT_OWN, "umount2: /tmp");
}
