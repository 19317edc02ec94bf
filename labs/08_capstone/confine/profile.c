/*
 * profile.c - a seccomp profile in docker's format, compiled once.
 *
 * Reading JSON and compiling it takes longer than all else that box does, and
 * two libraries.  So a program of its own does it, from its standard input to
 * its standard output, and the result is kept.
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sha2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "exit.h"
#include "file.h"
#include "profile.h"

#define PROFILE_MAX (1 << 20)
#define FILTER_MAX (BPF_MAXINSNS * sizeof(struct sock_filter))

/* Another version of it may compile another filter: 2.5.4 becomes "2.5.4". */
#define TEXT(word) #word
#define TEXT_OF(macro) TEXT(macro)
#define COMPILER TEXT_OF(LIBSECCOMP)

/* What is kept: a file that was not written to its end has another digest. */
struct kept {
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct sock_filter filter[BPF_MAXINSNS + 1];
};

/* All of fd up to size - 1 bytes; -1 with errno. */
static ssize_t
read_all(int fd, void *buf, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, (char *)buf + used, size - used)) > 0)
		if ((used += (size_t)n) == size) {
			errno = EFBIG;
			return -1;
		}
	return n == -1 ? -1 : (ssize_t)used;
}

/* A copy of the profile that nobody changes while we use it. */
static int
copy_profile(const char *file, SHA2_CTX *sha)
{
	char buf[65536];
	ssize_t n;
	size_t size = 0;
	int from = open(file, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int to = memfd_create("profile", MFD_CLOEXEC);

	if (from == -1)
		err(EXIT_OWN, "--security-opt seccomp=%s", file);
	if (to == -1)
		err(EXIT_OWN, "memfd_create");
	while ((n = read(from, buf, sizeof(buf))) > 0) {
		size += (size_t)n;
		if (size > PROFILE_MAX)
			errx(EXIT_OWN,
			    "--security-opt seccomp=%s: too large for a "
			    "profile",
			    file);
		SHA256Update(sha, (uint8_t *)buf, (size_t)n);
		if (write(to, buf, (size_t)n) != n)
			err(EXIT_OWN, "memfd");
	}
	if (n == -1 || lseek(to, 0, SEEK_SET) == -1)
		err(EXIT_OWN, "--security-opt seccomp=%s", file);
	close(from);
	return to;
}

static void
digest_of(const struct kept *kept, size_t size, uint8_t *digest)
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)kept->filter, size);
	SHA256Final(digest, &sha);
}

/* Take what an earlier box has kept; its size, or 0. */
static size_t
take(const char *path, struct kept *kept)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct stat st;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		n = read_all(fd, kept, sizeof(*kept));
	close(fd);
	n -= (ssize_t)sizeof(kept->digest);
	if (n <= 0 || n % (ssize_t)sizeof(kept->filter[0]) != 0)
		return 0;
	digest_of(kept, (size_t)n, digest);
	if (memcmp(digest, kept->digest, sizeof(digest)) == 0)
		return (size_t)n;
	return 0;
}

/* Written without a name first: there is never half of it, nor is it left. */
static void
keep(const char *home, const char *path, const struct kept *kept, size_t size)
{
	char dir[PATH_MAX], name[32];
	int fd;

	file_path(dir, sizeof(dir), "%s/seccomp", home);
	mkdir(dir, 0700);
	size += sizeof(kept->digest);
	fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0400);
	if (fd == -1)
		return;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (write(fd, kept, size) == (ssize_t)size) {
		unlink(path); /* one that take() did not like */
		linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
	}
	close(fd);
}

static _Noreturn void
become_compiler(const char *file, const char *caps, int in, int out)
{
	char path[PATH_MAX];

	beside_find(path, "box-seccomp");
	if (dup2(in, STDIN_FILENO) == -1 || dup2(out, STDOUT_FILENO) == -1)
		err(EXIT_OWN, "dup2");
	execl(path, "box-seccomp", file, caps, (char *)NULL);
	if (errno == ENOENT)
		errx(EXIT_OWN,
		    "--security-opt seccomp=%s: box was built without "
		    "libseccomp and json-c, which read profiles",
		    file);
	err(EXIT_OWN, "%s", path);
}

/* Have it compiled; the size.  It has said why if it cannot. */
static size_t
compile(const char *file, const char *caps, int profile, struct kept *kept)
{
	void (*on_child)(int) = signal(SIGCHLD, SIG_DFL);
	int fd[2], wstatus;
	ssize_t n;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		become_compiler(file, caps, profile, fd[1]);
	close(fd[1]);
	n = read_all(fd[0], kept->filter, sizeof(kept->filter));
	close(fd[0]);
	if (waitpid(pid, &wstatus, 0) == -1)
		err(EXIT_OWN, "waitpid");
	signal(SIGCHLD, on_child);
	if (exit_status(wstatus) == EXIT_OWN)
		exit(EXIT_OWN);
	if (wstatus != 0 || n <= 0)
		errx(EXIT_OWN, "box-seccomp: status %d, %zd bytes",
		    exit_status(wstatus), n);
	if ((size_t)n > FILTER_MAX)
		errx(EXIT_OWN, "%s: longer than the kernel's %d instructions",
		    file, BPF_MAXINSNS);
	digest_of(kept, (size_t)n, kept->digest);
	return (size_t)n;
}

static void
add_text(SHA2_CTX *sha, const char *text)
{
	SHA256Update(sha, (const uint8_t *)text, strlen(text) + 1);
}

const struct sock_fprog *
profile_load(const char *file, uint64_t caps, const char *home)
{
	static struct kept kept;
	static struct sock_fprog program = { .filter = kept.filter };
	char key[SHA256_DIGEST_STRING_LENGTH], path[PATH_MAX], text[17];
	struct utsname uts;
	SHA2_CTX sha;
	size_t size;
	int profile;

	snprintf(text, sizeof(text), "%" PRIx64, caps);
	if (uname(&uts) == -1)
		err(EXIT_OWN, "uname");
	SHA256Init(&sha);
	add_text(&sha, text);
	add_text(&sha, uts.release);
	add_text(&sha, uts.machine);
	add_text(&sha, COMPILER);
	profile = copy_profile(file, &sha);
	file_path(
	    path, sizeof(path), "%s/seccomp/%s", home, SHA256End(&sha, key));
	size = take(path, &kept);
	if (size == 0) {
		size = compile(file, text, profile, &kept);
		keep(home, path, &kept, size);
	}
	close(profile);
	program.len = (unsigned short)(size / sizeof(struct sock_filter));
	return &program;
}

int
profile_keep(const struct config *config, const char *dir)
{
	const char *name = profile_kept(config, dir);
	char buf[65536];
	int from, to;
	ssize_t n = -1;

	if (name == NULL)
		return 0;
	from = open(config->seccomp, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	to = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	while (from != -1 && to != -1 && (n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n) {
			n = -1;
			break;
		}
	if (n == -1)
		warn(
		    "--security-opt seccomp=%s: a copy of it", config->seccomp);
	if (from != -1)
		close(from);
	if (to != -1)
		close(to);
	return (int)n;
}

const char *
profile_kept(const struct config *config, const char *dir)
{
	char *name;

	if (config->seccomp == NULL)
		return NULL;
	if (asprintf(&name, "%s/seccomp", dir) == -1)
		err(EXIT_OWN, "asprintf");
	return name;
}
