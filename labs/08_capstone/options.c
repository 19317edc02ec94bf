/* options.c - the command line of "box run".  See getopt_long(3). */

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "exit.h"
#include "options.h"
#include "seccomp_table.h"
#include "size.h"

enum {
	OPT_CAP_ADD = 256,
	OPT_CAP_DROP,
	OPT_CPUS,
	OPT_CPUSET,
	OPT_EXPLAIN,
	OPT_HOSTNAME,
	OPT_INIT,
	OPT_NAME,
	OPT_NETWORK,
	OPT_PIDS,
	OPT_READ_ONLY,
	OPT_RM,
	OPT_SECURITY,
	OPT_TMPFS,
};

static const struct option long_options[] = {
	{ "cap-add", required_argument, NULL, OPT_CAP_ADD },
	{ "cap-drop", required_argument, NULL, OPT_CAP_DROP },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "cpuset-cpus", required_argument, NULL, OPT_CPUSET },
	{ "env", required_argument, NULL, 'e' },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ "help", no_argument, NULL, 'h' },
	{ "hostname", required_argument, NULL, OPT_HOSTNAME },
	{ "init", no_argument, NULL, OPT_INIT },
	{ "interactive", no_argument, NULL, 'i' },
	{ "memory", required_argument, NULL, 'm' },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "network", required_argument, NULL, OPT_NETWORK },
	{ "pids-limit", required_argument, NULL, OPT_PIDS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "read-only", no_argument, NULL, OPT_READ_ONLY },
	{ "rm", no_argument, NULL, OPT_RM },
	{ "security-opt", required_argument, NULL, OPT_SECURITY },
	{ "tmpfs", required_argument, NULL, OPT_TMPFS },
	{ "tty", no_argument, NULL, 't' },
	{ "user", required_argument, NULL, 'u' },
	{ "volume", required_argument, NULL, 'v' },
	{ "workdir", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 },
};

static const char help_text[] =
    "usage: box run [options] image|directory [command [arg ...]]\n"
    "\n"
    "Limits\n"
    "  -m, --memory SIZE      bytes, or with K, M, G behind it\n"
    "      --cpus N           processors' worth of time, as in 0.5\n"
    "      --cpuset-cpus SET  the processors it may use, as in 0-1\n"
    "      --pids-limit N     processes and threads (2048)\n"
    "World\n"
    "      --network WHICH    bridge (default of root), none or host\n"
    "  -v, --volume SOURCE:TARGET[:ro]\n"
    "                         show a directory or file of the host\n"
    "      --tmpfs TARGET[:size=SIZE,mode=MODE]\n"
    "      --read-only        the root file system cannot be written\n"
    "      --hostname NAME    else the container's id\n"
    "Process\n"
    "  -e, --env NAME=VALUE   or NAME, to hand on the caller's\n"
    "  -w, --workdir DIR      made if it is missing\n"
    "  -u, --user USER[:GROUP]  names or numbers\n"
    "      --init             an init as process 1, the command as 2\n"
    "  -i, --interactive      standard input is the caller's, not empty\n"
    "  -t, --tty              a terminal of its own\n"
    "Privilege\n"
    "      --cap-add CAPS, --cap-drop CAPS   names with commas, or ALL\n"
    "      --security-opt seccomp=unconfined\n"
    "Container\n"
    "      --name NAME        else its id\n"
    "      --rm               forget its writable layer at the end\n"
    "      --explain          tell each step, and the code behind it\n"
    "  -q, --quiet            do not say what is left out without root\n";

/* Room for one more element at the end of a list. */
static void *
grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		err(EXIT_OWN, "reallocarray");
	return list;
}

static char *
copy(const char *text)
{
	char *dup = strdup(text);

	if (dup == NULL)
		err(EXIT_OWN, "strdup");
	return dup;
}

/* "NAME=value" as it is; "NAME" with the value the caller has, if any. */
static void
add_environment(struct config *config, char *text)
{
	const char *value;

	if (text[0] == '=' || text[0] == '\0')
		errx(EXIT_OWN, "-e %s: no name", text);
	if (strchr(text, '=') == NULL) {
		value = getenv(text);
		if (value == NULL)
			return;
		if (asprintf(&text, "%s=%s", text, value) == -1)
			err(EXIT_OWN, "asprintf");
	}
	config->environment = grow(config->environment,
	    config->environment_count, sizeof(*config->environment));
	config->environment[config->environment_count++] = text;
}

static void
add_volume(struct config *config, const char *text)
{
	struct volume volume = { .source = copy(text) };
	char *mode;

	volume.target = strchr(volume.source, ':');
	if (volume.target == NULL)
		errx(EXIT_OWN, "-v %s: not SOURCE:TARGET[:ro]", text);
	*volume.target++ = '\0';
	mode = strchr(volume.target, ':');
	if (mode != NULL)
		*mode++ = '\0';
	if (volume.source[0] != '/' || volume.target[0] != '/')
		errx(EXIT_OWN, "-v %s: both paths must start with /", text);
	if (mode != NULL && strcmp(mode, "ro") != 0 && strcmp(mode, "rw") != 0)
		errx(EXIT_OWN, "-v %s: %s is neither ro nor rw", text, mode);
	volume.read_only = mode != NULL && strcmp(mode, "ro") == 0;
	config->volumes = grow(
	    config->volumes, config->volume_count, sizeof(*config->volumes));
	config->volumes[config->volume_count++] = volume;
}

static void
add_tmpfs(struct config *config, const char *text)
{
	struct tmpfs tmpfs = { .target = copy(text) };

	tmpfs.options = strchr(tmpfs.target, ':');
	if (tmpfs.options != NULL)
		*tmpfs.options++ = '\0';
	else
		tmpfs.options = copy("");
	if (tmpfs.target[0] != '/')
		errx(EXIT_OWN, "--tmpfs %s: must start with /", text);
	config->tmpfs =
	    grow(config->tmpfs, config->tmpfs_count, sizeof(*config->tmpfs));
	config->tmpfs[config->tmpfs_count++] = tmpfs;
}

static uint64_t
parse_caps(const char *text)
{
	const char *bad;
	uint64_t mask;

	if (caps_parse(text, &mask, &bad) == -1)
		errx(EXIT_OWN, "no such capability: %s", bad);
	return mask;
}

static uint64_t
parse_memory(const char *text)
{
	uint64_t bytes;

	if (size_parse(text, &bytes) == -1)
		err(EXIT_OWN, "-m %s", text);
	if (bytes == 0)
		errx(EXIT_OWN, "-m %s: no process fits in there", text);
	return bytes;
}

/* Processors' worth of time: "1.5" is 150000 microseconds in 100000. */
static uint64_t
parse_cpus(const char *text)
{
	char *end;
	double cpus = strtod(text, &end);

	/* strtod(3) would also take a sign, an exponent, "inf" or "0x1". */
	if (text[strspn(text, "0123456789.")] != '\0' || end == text ||
	    *end != '\0' || cpus > 10000)
		errx(EXIT_OWN, "--cpus %s: not a number of processors", text);
	if (cpus < 0.01)
		errx(EXIT_OWN, "--cpus %s: below 0.01, the kernel's least",
		    text);
	return (uint64_t)(cpus * 100000);
}

static enum network
parse_network(const char *text)
{
	if (strcmp(text, "bridge") == 0)
		return NETWORK_BRIDGE;
	if (strcmp(text, "none") == 0)
		return NETWORK_NONE;
	if (strcmp(text, "host") == 0)
		return NETWORK_HOST;
	errx(EXIT_OWN, "--network %s: not bridge, none or host", text);
}

/* A name is also a file's: letters, digits, "_", "." and "-" inside. */
static const char *
parse_name(const char *text)
{
	if (!isalnum((unsigned char)text[0]) || strlen(text) > 64 ||
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		"UVWXYZ0123456789_.-")] != '\0')
		errx(EXIT_OWN,
		    "--name %s: use up to 64 letters, digits, "
		    "_, . and -",
		    text);
	return text;
}

static const char *
parse_hostname(const char *text)
{
	if (text[0] == '\0' || strlen(text) > 64 ||
	    strpbrk(text, " \t\n") != NULL)
		errx(EXIT_OWN,
		    "--hostname %s: needs 1 to 64 bytes, "
		    "no white space",
		    text);
	return text;
}

static void
parse_limit(int c, const char *text, struct config *config)
{
	const char *why;

	switch (c) {
	case 'm':
		config->memory = parse_memory(text);
		break;
	case OPT_CPUS:
		config->cpu_quota = parse_cpus(text);
		break;
	case OPT_CPUSET:
		if (text[0] == '\0')
			errx(EXIT_OWN, "--cpuset-cpus: no processor");
		config->cpuset = text;
		break;
	case OPT_PIDS:
		config->pids_limit = (uint64_t)strtonum(text, 1, 4194304, &why);
		if (why != NULL)
			errx(EXIT_OWN, "--pids-limit %s: %s", text, why);
		break;
	}
}

static void
parse_privilege(int c, const char *text, struct config *config)
{
	switch (c) {
	case OPT_CAP_ADD:
		config->cap_add |= parse_caps(text);
		break;
	case OPT_CAP_DROP:
		config->cap_drop |= parse_caps(text);
		break;
	case OPT_SECURITY:
		if (strcmp(text, "seccomp=unconfined") != 0)
			errx(EXIT_OWN,
			    "--security-opt %s: only "
			    "seccomp=unconfined is known",
			    text);
		config->unconfined = true;
		break;
	}
}

/* Options that have no argument. */
static void
set_flag(int c, struct config *config)
{
	switch (c) {
	case 'i':
		config->interactive = true;
		break;
	case 'q':
		config->quiet = true;
		break;
	case 't':
		config->tty = true;
		break;
	case OPT_EXPLAIN:
		config->explain = true;
		break;
	case OPT_INIT:
		config->init = true;
		break;
	case OPT_READ_ONLY:
		config->read_only = true;
		break;
	case OPT_RM:
		config->rm = true;
		break;
	}
}

static void
parse_option(int c, char *text, struct config *config)
{
	switch (c) {
	case 'e':
		add_environment(config, text);
		break;
	case 'u':
		config->user = text;
		break;
	case 'v':
		add_volume(config, text);
		break;
	case 'w':
		if (text[0] != '/')
			errx(EXIT_OWN, "-w %s: must start with /", text);
		config->workdir = text;
		break;
	case OPT_HOSTNAME:
		config->hostname = parse_hostname(text);
		break;
	case OPT_NAME:
		config->name = parse_name(text);
		break;
	case OPT_NETWORK:
		config->network = parse_network(text);
		break;
	case OPT_TMPFS:
		add_tmpfs(config, text);
		break;
	default:
		set_flag(c, config);
		parse_limit(c, text, config);
		parse_privilege(c, text, config);
	}
}

/*
 * The capabilities that stay.  As with docker, what is added is kept whatever
 * was dropped, so that "drop ALL, add one" reads the same in either order.
 */
static uint64_t
choose_caps(const struct config *config)
{
	uint64_t all;

	if (config->cap_add == 0)
		return SECCOMP_DEFAULT_CAPS & ~config->cap_drop;
	all = caps_all();
	if (config->cap_add == all)
		return all & ~config->cap_drop;
	return ((SECCOMP_DEFAULT_CAPS & ~config->cap_drop) | config->cap_add) &
	    all;
}

void
options_parse(int argc, char *argv[], struct config *config)
{
	static char name[] = "box", *shell[] = { "sh", NULL };
	int c;

	*config = (struct config){ .workdir = "/" };
	argv[0] = name; /* for getopt's messages */
	while ((c = getopt_long(
		    argc, argv, "+e:hiqm:tu:v:w:", long_options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help_text, stdout);
			exit(0);
		}
		if (c == '?')
			exit(EXIT_OWN); /* getopt has said why */
		parse_option(c, optarg, config);
	}
	if (optind == argc)
		errx(EXIT_OWN, "which image? see box run --help");
	config->image = argv[optind++];
	config->command = optind < argc ? argv + optind : shell;
	config->caps = choose_caps(config);
}
