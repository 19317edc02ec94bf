/*
 * cmd_pull.c - "box pull": an image from a registry.
 *
 * Registries, TLS and credentials are skopeo's work.  It makes an OCI layout
 * in the workshop, which is then loaded as any other.
 */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "exit.h"
#include "file.h"
#include "options.h"
#include "progress.h"
#include "ref.h"
#include "shown.h"

#define MOST_WORDS 32

struct pull {
	struct intake intake;
	const char *words[MOST_WORDS]; /* what skopeo is told */
	size_t count;
};

static void
add_word(struct pull *pull, const char *word)
{
	if (pull->count == MOST_WORDS - 1)
		errx(EXIT_OWN, "too many options for skopeo");
	pull->words[pull->count++] = word;
}

static void
add_option(struct pull *pull, const char *format, const char *text)
{
	char *word;

	if (asprintf(&word, format, text) == -1)
		err(EXIT_OWN, "asprintf");
	add_word(pull, word);
}

static void
set_tls_verify(const char *text, void *to)
{
	add_option(to, "--src-tls-verify=%s", text);
}

static void
set_creds(const char *text, void *to)
{
	add_option(to, "--src-creds=%s", text);
}

static void
set_authfile(const char *text, void *to)
{
	add_option(to, "--src-authfile=%s", text);
}

static void
set_cert_dir(const char *text, void *to)
{
	add_option(to, "--src-cert-dir=%s", text);
}

static const struct option_row rows[] = {
	{ "tls-verify", 0, "BOOL",
	    "false: accept any certificate, and plain HTTP", set_tls_verify,
	    0 },
	{ "creds", 0, "USER[:PASSWORD]", "who you are there", set_creds, 0 },
	{ "authfile", 0, "FILE", "where skopeo login has kept that",
	    set_authfile, 0 },
	{ "cert-dir", 0, "DIR", "certificates for the registry", set_cert_dir,
	    0 },
	{ 0 },
};
static const struct option_group options_registry = { "Registry", rows };

static _Noreturn void
become_skopeo(const char *const words[], pid_t parent)
{
	/* It shall not go on writing when we are dead. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1)
		err(EXIT_OWN, "prctl");
	if (getppid() != parent)
		_exit(EXIT_OWN);
	umask(022);
	signal(SIGPIPE, SIG_DFL);
	execvp(words[0], (char *const *)words);
	if (errno == ENOENT)
		warnx("skopeo is missing: install the package skopeo");
	else
		warn("skopeo");
	_exit(EXIT_NOTFOUND);
}

/*
 * Wait for it to end, or for a signal: that is passed on, and ends us too.
 * Looking at both in turn misses no signal that comes just before a wait.
 */
static int
wait_for(pid_t pid)
{
	static const struct timespec moment = { .tv_nsec = 50000000 };
	int wstatus, caught = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &wstatus, WNOHANG)) == 0) {
		if (caught == 0 && (caught = progress_signal()) != 0)
			kill(pid, caught);
		nanosleep(&moment, NULL);
	}
	if (ended == -1)
		err(EXIT_OWN, "waitpid");
	progress_step();
	return wstatus;
}

/* Run it outside of our user namespace?  No: its files shall be ours. */
static void
run_skopeo(const char *const words[])
{
	pid_t pid, self = getpid();
	int wstatus;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		become_skopeo(words, self);
	wstatus = wait_for(pid);
	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == EXIT_NOTFOUND)
		exit(EXIT_OWN);
	if (exit_status(wstatus) != 0)
		errx(EXIT_OWN, "skopeo failed, with status %d",
		    exit_status(wstatus));
}

/*
 * What skopeo shall fetch, and the name that it gets here: "", which is none,
 * if it is asked for by its digest.
 */
static char *
read_name(const char *name, char ref[REF_SIZE])
{
	const char *at = strchr(name, '@');
	char *path, *source;

	if (at == NULL || digest_parse(at + 1) == NULL)
		at = name + strlen(name);
	path = strndup(name, (size_t)(at - name));
	if (path == NULL)
		err(EXIT_OWN, "strndup");
	if (!ref_parse(ref, path))
		errx(EXIT_OWN, "%s: not a name for an image", shown(name));
	free(path);

	/* A digest says more than a tag, and skopeo takes one of them. */
	if (*at != '\0')
		*strrchr(ref, ':') = '\0';
	if (asprintf(&source, "docker://%s%s", ref, at) == -1)
		err(EXIT_OWN, "asprintf");
	if (*at != '\0')
		ref[0] = '\0';
	return source;
}

int
cmd_pull(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_registry,
		&options_intake, NULL };
	struct pull pull = { .intake = intake_default };
	struct store store;
	char ref[REF_SIZE], dir[PATH_MAX], target[PATH_MAX + 16];
	char *source;
	int first;

	add_word(&pull, "skopeo");
	add_word(&pull, "copy");
	first = options_read(argc, argv, groups, "pull [options] name", &pull);
	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box pull [options] name");
	source = read_name(argv[first], ref);
	begin_command(&store);
	store_workshop(&store);
	file_path(dir, sizeof(dir), "%s/pulled", store.tmp);
	file_path(target, sizeof(target), "oci:%s", dir);
	add_word(&pull, source);
	add_word(&pull, target);
	run_skopeo(pull.words);
	free(source);
	if (pull.intake.tag == NULL && ref[0] != '\0')
		pull.intake.tag = ref;
	load_from(&store, dir, &pull.intake);
	return 0;
}
