/* options_limits.c - the options of "box run" that lab 04 fulfils. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"
#include "rlimit.h"
#include "size.h"

static void
set_memory(const char *text, void *to)
{
	struct config *config = to;

	if (size_parse(text, &config->memory) == -1)
		errx(EXIT_OWN, "-m %s: %s", text,
		    errno == ERANGE ? "too large"
				    : "not a size like 4000000 or 64M");
	if (config->memory == 0)
		errx(EXIT_OWN, "-m %s: no process fits in there", text);
}

/* Processors' worth of time: "1.5" is 150000 microseconds in 100000. */
static void
set_cpus(const char *text, void *to)
{
	struct config *config = to;
	char *end;
	double cpus;

	cpus = strtod(text, &end);
	/* strtod(3) would also take a sign, an exponent, "inf" or "0x1". */
	if (text[strspn(text, "0123456789.")] != '\0' || end == text ||
	    *end != '\0' || cpus > 10000)
		errx(EXIT_OWN, "--cpus %s: not a number of processors", text);
	if (cpus < 0.01)
		errx(EXIT_OWN, "--cpus %s: below 0.01, the kernel's least",
		    text);
	config->cpu_quota = (uint64_t)(cpus * 100000);
}

static void
set_cpuset(const char *text, void *to)
{
	struct config *config = to;

	if (text[0] == '\0')
		errx(EXIT_OWN, "--cpuset-cpus: no processor");
	config->cpuset = text;
}

static void
set_pids(const char *text, void *to)
{
	struct config *config = to;
	const char *why;

	config->pids_limit = (uint64_t)strtonum(text, 1, 4194304, &why);
	if (why != NULL)
		errx(EXIT_OWN, "--pids-limit %s: %s", text, why);
}

static void
set_ulimit(const char *text, void *to)
{
	struct config *config = to;

	config->rlimits = options_grow(
	    config->rlimits, config->rlimit_count, sizeof(*config->rlimits));
	rlimit_parse(text, &config->rlimits[config->rlimit_count++]);
}

static void
set_oom_score(const char *text, void *to)
{
	struct config *config = to;
	const char *why;

	config->oom_score_adj = text;
	strtonum(text, -1000, 1000, &why);
	if (why != NULL)
		errx(EXIT_OWN, "--oom-score-adj %s: %s", text, why);
}

static const struct option_row rows[] = {
	{ "memory", 'm', "SIZE", "memory and swap: bytes, or with K, M, G, T",
	    set_memory, 0 },
	{ "cpus", 0, "N", "processors' worth of time, as in 0.5", set_cpus, 0 },
	{ "cpuset-cpus", 0, "SET", "the processors it may use, as in 0-1",
	    set_cpuset, 0 },
	{ "pids-limit", 0, "N", "processes and threads (2048)", set_pids, 0 },
	{ "ulimit", 0, "NAME=SOFT[:HARD]", "of each process, as in nofile=1024",
	    set_ulimit, 0 },
	{ "oom-score-adj", 0, "N",
	    "-1000 to 1000: the higher, the sooner killed", set_oom_score, 0 },
	{ 0 },
};

const struct option_group options_limits = { "Limits", rows };
