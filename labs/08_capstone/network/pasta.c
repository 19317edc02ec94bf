/*
 * pasta.c - a plain user's way to the network: pasta(1).
 *
 * To lay a cable to the host's bridge takes root.  But any user may make
 * connections; so a process of the user's can do that on behalf of the box,
 * whose packets it reads from a link of its own making.  This is pasta.
 * Read: pasta(1), tun(4) in the kernel's documentation, pid_namespaces(7).
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "hold.h"
#include "options.h"
#include "pasta.h"
#include "pid.h"
#include "ports.h"
#include "sync.h"

enum {
	ALIVE = 3, /* what the keeper waits for, all above is closed */
	WORDS = 16, /* of its command line, besides the ports */
};

int
pasta_prepare(struct network_plan *plan)
{
	if (plan->config->port_count == 0)
		return 0;
	if (ports_claim(plan->config, plan->state) == -1)
		return -1;

	/* The box would inherit them.  pasta says so when one is gone. */
	ports_hand_on(plan->config);
	return 0;
}

void
pasta_show(bool on)
{
	if (prctl(PR_SET_DUMPABLE, on) == -1)
		err(EXIT_OWN, "PR_SET_DUMPABLE");
}

/* "-t", "127.0.0.1/8080:80": what leads to a port of the box. */
static size_t
add_ports(char **words, const struct config *config, bool udp)
{
	size_t n = 0;

	for (size_t i = 0; i < config->port_count; i++) {
		const struct port *port = &config->ports[i];

		if (port->udp != udp)
			continue;
		words[n++] = options_copy(udp ? "-u" : "-t");
		if (asprintf(&words[n++], "%s%s%u:%u", port->address,
			port->address[0] != '\0' ? "/" : "", port->host,
			port->box) == -1)
			err(EXIT_OWN, "asprintf");
	}
	if (n == 0) {
		words[n++] = options_copy(udp ? "-u" : "-t");
		words[n++] = options_copy("none");
	}
	return n;
}

/*
 * -T, -U: no port of the host's 127.0.0.1 is the box's; --no-map-gw: nor does
 * an address lead there.
 */
static _Noreturn void
become_pasta(const struct config *config, const char *netns, int errors)
{
	static const char *const fixed[] = { "pasta", "--config-net",
		"--netns-only", "--no-map-gw", "-q", "-T", "none", "-U", "none",
		"--netns" };
	char **words = calloc(WORDS + 2 * config->port_count, sizeof(*words));
	size_t n = 0;

	if (words == NULL)
		err(EXIT_OWN, "calloc");
	while (n < sizeof(fixed) / sizeof(fixed[0])) {
		words[n] = options_copy(fixed[n]);
		n++;
	}
	words[n++] = options_copy(netns);
	n += add_ports(words + n, config, false);
	add_ports(words + n, config, true);
	if (dup2(errors, STDOUT_FILENO) == -1 ||
	    dup2(errors, STDERR_FILENO) == -1)
		_exit(EXIT_OWN);
	execvp(words[0], words);
	_exit(errno == ENOENT ? EXIT_NOTFOUND : EXIT_NOEXEC);
}

/*
 * Give the namespace a name of the file system: pasta drops the right to look
 * for it in /proc.  Nobody else sees the name.
 */
static void
name_netns(const char *home, pid_t pid, char path[PATH_MAX])
{
	char stage[PATH_MAX / 2], from[64];

	file_path(stage, sizeof(stage), "%s/stage", home);
	file_path(path, PATH_MAX, "%s/net", stage);
	file_path(from, sizeof(from), "/proc/%d/ns/net", pid);
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV,
		"size=4k,mode=755") == -1 ||
	    file_create(path, "", 0600) == -1 ||
	    mount(from, path, NULL, MS_BIND, NULL) == -1)
		err(EXIT_OWN, "pasta: %s", from);
}

/*
 * Process 1 of a PID namespace that has only pasta in it.  pasta goes into the
 * background and changes what it is allowed to, after which the kernel forgets
 * to kill it with its parent.  But with a process 1 all others die, and this
 * one ends when its pipe does.
 */
static _Noreturn void
keeper(const struct network_plan *plan, pid_t box, struct sync *ready,
    const int alive[2], int errors)
{
	char path[PATH_MAX], byte;
	sigset_t none;
	pid_t pid;
	int wstatus;

	close(alive[1]);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	name_netns(plan->state->home, box, path);
	pid = fork();
	if (pid == 0)
		become_pasta(plan->config, path, errors);
	if (pid == -1 || waitpid(pid, &wstatus, 0) == -1)
		err(EXIT_OWN, "pasta");
	if (wstatus != 0)
		_exit(exit_status(wstatus));
	signal(SIGCHLD, SIG_IGN);
	sync_go(ready);

	/* Somebody may wait for the end of our output, or of the box's. */
	hold_let_go();
	if (alive[0] != ALIVE && dup2(alive[0], ALIVE) == -1)
		err(EXIT_OWN, "dup2");
	closefrom(ALIVE + 1);
	while (read(ALIVE, &byte, 1) == -1 && errno == EINTR)
		;
	_exit(0);
}

/* Say why it did not start; its last line is the one that says it. */
static void
complain(int status, int errors)
{
	char text[1024], *line = text;
	ssize_t n;

	if (status == EXIT_NOTFOUND) {
		warnx("--network pasta: pasta is missing (package passt)");
		return;
	}
	n = pread(errors, text, sizeof(text) - 1, 0);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n > 0 ? n : 0] = '\0';
	if (strrchr(text, '\n') != NULL)
		line = strrchr(text, '\n') + 1;
	warnx("pasta, status %d: %s", status, line);
}

int
pasta_start(struct network_plan *plan, pid_t pid)
{
	int errors = memfd_create("errors", MFD_CLOEXEC), alive[2], wstatus = 0;
	struct sync ready;

	explain("pasta_start");
	if (errors == -1 || pipe2(alive, O_CLOEXEC) == -1) {
		warn("pasta");
		return -1;
	}
	sync_open(&ready);
	fflush(NULL);
	plan->pasta = pid_clone_init(-1);
	if (plan->pasta == 0)
		keeper(plan, pid, &ready, alive, errors);
	close(alive[0]);
	plan->pasta_lives = alive[1];
	if (plan->pasta == -1) {
		warn("clone: PID namespace of pasta");
		plan->pasta = 0;
		sync_close(&ready);
	} else if (sync_wait(&ready) == -1) {
		waitpid(plan->pasta, &wstatus, 0);
		plan->pasta = 0;
		complain(exit_status(wstatus), errors);
	}
	close(errors);
	return plan->pasta > 0 ? 0 : -1;
}

void
pasta_stop(struct network_plan *plan)
{
	if (plan->pasta_lives != -1)
		close(plan->pasta_lives);
	plan->pasta_lives = -1;
	if (plan->pasta <= 0)
		return;
	kill(plan->pasta, SIGKILL);
	waitpid(plan->pasta, NULL, 0);
	plan->pasta = 0;
}
