/*
 * hosts.c - the file by which boxes on the bridge find each other.
 *
 * All boxes on it see one directory of the host, and in it the same file.  It
 * is replaced, not written over: who has opened it reads the old one to its
 * end, and who opens it then gets the new one.  A mount of the file itself
 * would go on to show the old one, as it leads to a file and not to a name.
 * Read: hosts(5), rename(2), flock(2), mount(2).
 */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "hosts.h"
#include "inside.h"

#define MARK "\t# "
#define HEAD "127.0.0.1\tlocalhost\n::1\tlocalhost\n"

enum {
	MOST = 16 * 1024 * 1024, /* bytes, for a full /16 of long names */
	LINES = 256, /* bytes, for the lines of one box */
};

/*
 * Held until it is closed; -1 with errno.  A file that no box sees: whoever has
 * opened one, for reading too, may lock it, and so could a box the directory.
 */
static int
lock_hosts(const char *home)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/hosts.lock", home);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1 || flock(fd, LOCK_EX) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The directory; -1 with errno. */
static int
open_hosts(const char *home)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/hosts", home);
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 || fchmod(fd, 0755) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The file's text, or what it begins with, and room for more. */
static char *
read_hosts(int dir)
{
	int fd = openat(dir, "hosts", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st = { 0 };
	char *text = NULL;

	if (fd == -1 && errno != ENOENT)
		return NULL;
	if (fd != -1 && (fstat(fd, &st) == -1 || st.st_size > MOST)) {
		close(fd);
		return NULL;
	}
	text = calloc(1, (size_t)st.st_size + sizeof(HEAD) + LINES);
	if (text != NULL && fd != -1 &&
	    read(fd, text, (size_t)st.st_size) != st.st_size)
		text[0] = '\0';
	if (fd != -1)
		close(fd);
	if (text != NULL && strncmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		strlcpy(text, HEAD, sizeof(HEAD));
	return text;
}

static bool
begins(const char *text, const char *word, char end)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && text[length] == end;
}

/* Leave out the lines that end in "# ID", and those of this address. */
static void
cut_lines(char *text, const char *id, const char *address)
{
	char *from = text, *to = text;

	while (*from != '\0') {
		size_t length = strcspn(from, "\n");
		char *mark = memmem(from, length, MARK, sizeof(MARK) - 1);
		bool cut = mark != NULL &&
		    (begins(mark + sizeof(MARK) - 1, id, '\n') ||
			begins(from, address, '\t'));

		length += from[length] == '\n';
		if (!cut) {
			memmove(to, from, length);
			to += length;
		}
		from += length;
	}
	*to = '\0';
}

/* Put a new file in place of the old one, or none if nobody is in it. */
static int
replace(const char *home, int dir, const char *text)
{
	char path[PATH_MAX];
	mode_t mask;
	int result;

	if (strcmp(text, HEAD) == 0)
		return unlinkat(dir, "hosts", 0) == 0 || errno == ENOENT ? 0
									 : -1;
	file_path(path, sizeof(path), "%s/hosts.new", home);
	mask = umask(022);
	unlink(path);
	result = file_create(path, text, 0644);
	umask(mask);
	return result == -1 ? -1 : renameat(AT_FDCWD, path, dir, "hosts");
}

/* Drop the lines of id, or of an address, and add others. */
static int
change(const char *home, const char *id, const char *address, const char *lines)
{
	int lock = lock_hosts(home), dir = -1, result = -1, saved;
	char *text = NULL;

	if (lock != -1)
		dir = open_hosts(home);
	if (dir != -1)
		text = read_hosts(dir);
	if (text != NULL) {
		cut_lines(text, id, address);
		strlcat(text, lines, strlen(text) + LINES);
		result = replace(home, dir, text);
	}
	saved = errno;
	free(text);
	if (dir != -1)
		close(dir);
	if (lock != -1)
		close(lock);
	errno = saved;
	return result;
}

int
hosts_add(const char *home, const char *id, const char *address,
    const char *hostname, const char *name)
{
	char lines[LINES];
	int n;

	n = snprintf(
	    lines, sizeof(lines), "%s\t%s" MARK "%s\n", address, hostname, id);
	if (strcmp(name, hostname) != 0)
		snprintf(lines + n, sizeof(lines) - (size_t)n,
		    "%s\t%s" MARK "%s\n", address, name, id);
	if (change(home, id, "", lines) == 0)
		return 0;
	warn("%s/hosts", home);
	return -1;
}

void
hosts_remove(const char *home, const char *id, const char *address)
{
	if (change(home, id, address, "") == -1)
		warn("%s/hosts", home);
}

void
hosts_mount(const char *root, const char *home)
{
	const unsigned long flags =
	    MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV;
	char from[PATH_MAX], on[INSIDE_PATH];
	int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	explain("hosts_mount");
	file_path(from, sizeof(from), "%s/hosts", home);
	fd = inside_exact(top, HOSTS_SEEN);
	if (fd == -1 ||
	    mount(from, inside_name(on, fd), NULL, MS_BIND, NULL) == -1)
		err(EXIT_OWN, "mount: %s on " HOSTS_SEEN, from);
	close(fd);
	fd = inside_exact(top, HOSTS_SEEN);
	if (fd == -1 ||
	    mount(NULL, inside_name(on, fd), NULL, MS_REMOUNT | MS_BIND | flags,
		NULL) == -1)
		err(EXIT_OWN, "mount: flags of " HOSTS_SEEN);
	close(fd);
	close(top);
}
