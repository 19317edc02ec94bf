/*
 * outer.c - the outside: give each lesson a place where it can do no harm.
 *
 * That is scripts/jail, or for blocks that need real root some namespaces in
 * which only mounts, names and processes are another's.  There the program is
 * process 1, so that the kernel ends with it all that it started.
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "exit.h"
#include "outer.h"
#include "run.h"

/* A class may last a day. */
#define JAIL_SECONDS "86400"

/* In the jail the lesson is always here; without one it is where it was. */
#define JAIL_FILE "/mnt/lesson"

bool
outer_is_inside(void)
{
	return getpid() == 1 && getenv("BOXLAB_LESSON") != NULL;
}

/* The directory at or above path that has scripts/jail, or NULL. */
static char *
find_top(const char *path)
{
	char *top = copy_text(path), *jail, *slash;
	int found;

	for (;;) {
		if (asprintf(&jail, "%s/scripts/jail", top) == -1)
			err(EXIT_OWN, "asprintf");
		found = access(jail, X_OK);
		free(jail);
		if (found == 0)
			return top;
		slash = strrchr(top, '/');
		if (slash == NULL) {
			free(top);
			return NULL;
		}
		*slash = '\0';
	}
}

void
outer_open(struct outer *o)
{
	char *here;

	o->exe = realpath("/proc/self/exe", NULL);
	if (o->exe == NULL)
		err(EXIT_OWN, "/proc/self/exe");
	o->top = find_top(o->exe);
	if (o->top == NULL) {
		/* Built elsewhere: then we are run from the tree. */
		here = realpath(".", NULL);
		if (here != NULL)
			o->top = find_top(here);
		free(here);
	}
	if (o->top == NULL)
		errx(EXIT_OWN, "scripts/jail: not found above %s", o->exe);
	if (o->real_root && geteuid() != 0)
		errx(EXIT_OWN, "-r: only root can run blocks of root");
}

/* An argument that is made. */
static void add(struct lines *argv, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct lines *argv, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len == -1)
		err(EXIT_OWN, "vasprintf");
	lines_add(argv, text, (size_t)len);
	free(text);
}

/*
 * For unshare(1): all but the user's, and we are process 1.  In the second,
 * what was made on this machine is removed before we end.
 */
static const char *const namespaces[] = { "-mnuip", "--fork", "--kill-child",
	"--mount-proc", NULL };
static const char *const root_namespaces[] = { "-mnuip", "--fork",
	"--kill-child=TERM", "--mount-proc", NULL };

static void
add_words(struct lines *argv, const char *const *word)
{
	for (; *word != NULL; word++)
		add(argv, "%s", *word);
}

static void
add_jail(const struct outer *o, struct lines *argv, const char *file)
{
	const char *bin_end = strrchr(o->exe, '/');
	int bin = (int)(bin_end - o->exe);
	char *images;

	if (strchr(file, '=') != NULL || strchr(o->exe, '=') != NULL)
		errx(EXIT_OWN, "%s: the jail takes no path with =", file);
	add(argv, "%s/scripts/jail", o->top);
	add(argv, "-g");
	add(argv, "-t");
	add(argv, JAIL_SECONDS);
	add(argv, "-b");
	add(argv, "%.*s=%.*s", bin, o->exe, bin, o->exe);
	if (asprintf(&images, "%.*s/../images", bin, o->exe) == -1)
		err(EXIT_OWN, "asprintf");
	if (access(images, F_OK) == 0) {
		add(argv, "-b");
		add(argv, "%s=%s", images, images);
	}
	free(images);
	add(argv, "-b");
	add(argv, "%s=" JAIL_FILE, file);

	/*
	 * Started by root, the jail's own namespaces still belong to the
	 * machine's root.  A lesson's root shall own what it is in.
	 */
	add(argv, "unshare");
	add(argv, "--user");
	add(argv, "--map-root-user");
	add_words(argv, namespaces);
}

/* / is shared on most machines, and mistakes show only there. */
static void
add_namespaces(struct lines *argv)
{
	add(argv, "unshare");
	add_words(argv, root_namespaces);
	add(argv, "sh");
	add(argv, "-c");
	add(argv,
	    "mount --make-rshared / &&"
	    " mount -t tmpfs -o mode=755 tmpfs /run && exec \"$@\"");
	add(argv, "sh");
}

/* Nothing of the caller's environment, but for what is meant for us. */
static void
add_environment(struct lines *argv, const char *name, int first)
{
	static const char *const kept[] = { "TERM", "NO_COLOR", "LESSON_PACE",
		"BOXLAB_PATIENCE", "BOXLAB_TEST_TOKEN" };
	const char *value;

	add(argv, "env");
	add(argv, "-i");
	add(argv,
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
	    ":/sbin:/bin");
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		value = getenv(kept[i]);
		if (value != NULL)
			add(argv, "%s=%s", kept[i], value);
	}
	add(argv, "BOXLAB_LESSON=%d:%s", first, name);
}

/* The command that runs us inside, ended by NULL. */
static void
compose(const struct outer *o, struct lines *argv, char *const options[],
    const char *name, int first)
{
	char *file = realpath(name, NULL);

	if (file == NULL)
		err(EXIT_OWN, "%s", name);
	if (o->real_root)
		add_namespaces(argv);
	else
		add_jail(o, argv, file);
	add_environment(argv, name, first);
	add(argv, "%s", o->exe);
	for (; *options != NULL; options++)
		add(argv, "%s", *options);
	add(argv, "%s", o->real_root ? file : JAIL_FILE);
	free(file);
	argv->line = grow(argv->line, argv->count, sizeof(*argv->line));
	argv->line[argv->count] = NULL;
}

static _Noreturn void
become(const struct outer *o, char *const argv[], int out)
{
	sigset_t blocked;

	/* The jail takes its groups away at this signal, and at no other. */
	prctl(PR_SET_PDEATHSIG, o->real_root ? SIGKILL : SIGTERM);
	sigemptyset(&blocked);
	/* Process 1 loses a signal that it neither handles yet nor blocks. */
	if (o->real_root)
		sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	if (out != -1 && dup2(out, STDOUT_FILENO) == -1)
		err(EXIT_OWN, "dup2");
	run_exec(argv);
}

/* A line of TAP goes through, and is counted. */
static void
relay_line(struct outer *o, const char *line)
{
	if (strncmp(line, "not ok ", 7) == 0)
		o->failed++;
	else if (strncmp(line, "ok ", 3) == 0 &&
	    strstr(line, " # skip ") != NULL)
		o->skipped++;
	else if (strncmp(line, "ok ", 3) == 0)
		o->passed++;
	puts(line);
	fflush(stdout);
}

/* False: the other end is closed. */
static bool
relay(struct outer *o, int fd, struct buf *text)
{
	char data[4096], *end;
	ssize_t n = read(fd, data, sizeof(data));
	size_t len;

	if (n == -1 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	buf_add(text, data, (size_t)n);
	while ((end = memchr(text->data, '\n', text->len)) != NULL) {
		*end = '\0';
		relay_line(o, text->data);
		len = (size_t)(end + 1 - text->data);
		memmove(text->data, end + 1, text->len - len + 1);
		text->len -= len;
	}
	return true;
}

static int
open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		err(EXIT_OWN, "signalfd");
	return fd;
}

/*
 * How long the child has to end by itself.  A key goes to all processes of the
 * terminal, so it has the signal too; a second one would keep the jail from
 * taking its groups away.
 */
enum {
	GRACE_MS = 1000
};

/* The child has ended: its status.  Else -1. */
static int
read_signals(struct outer *o, int fd, pid_t pid)
{
	struct signalfd_siginfo info;
	int wstatus;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			o->signal = (int)info.ssi_signo;
	if (waitpid(pid, &wstatus, WNOHANG) == pid)
		return exit_status(wstatus);
	return -1;
}

/* Until the child has ended and, if it has a pipe to us, all of it is read. */
static int
supervise(struct outer *o, pid_t pid, int in, int signals)
{
	struct pollfd fd[2] = { { .fd = signals, .events = POLLIN },
		{ .fd = in, .events = POLLIN } };
	struct buf text = { 0 };
	int status = -1, ready;

	while (status == -1) {
		ready = poll(fd, 2, o->signal != 0 ? GRACE_MS : -1);
		if (ready == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		/* unshare(1) passes on no signal but its own death. */
		if (ready == 0)
			kill(pid, o->real_root ? SIGKILL : SIGTERM);
		if (fd[1].revents != 0 && !relay(o, in, &text))
			fd[1].fd = -1;
		if (fd[0].revents != 0)
			status = read_signals(o, signals, pid);
	}
	/* Nobody writes any more, so this ends. */
	while (in != -1 && fd[1].fd != -1 && poll(&fd[1], 1, 0) == 1 &&
	    relay(o, in, &text))
		;
	if (text.len > 0)
		relay_line(o, text.data);
	buf_free(&text);
	return status;
}

int
outer_run(struct outer *o, char *const options[], const char *file, int first)
{
	struct lines argv = { 0 };
	int pipes[2] = { -1, -1 }, signals = open_signals(), status;
	pid_t pid;

	compose(o, &argv, options, file, first);
	if (o->quiet && pipe2(pipes, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		become(o, argv.line, o->quiet ? pipes[1] : o->out);
	if (pipes[1] != -1)
		close(pipes[1]);
	status = supervise(o, pid, pipes[0], signals);
	if (pipes[0] != -1)
		close(pipes[0]);
	close(signals);
	lines_free(&argv);
	return status;
}
