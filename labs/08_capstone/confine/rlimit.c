/*
 * rlimit.c - limits of each process by itself, which no cgroup has.
 *
 * Read: setrlimit(2), proc(5) for /proc/PID/oom_score_adj.
 */

#define _GNU_SOURCE
#include <sys/resource.h>

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "explain.h"
#include "file.h"
#include "rlimit.h"

static const struct name {
	const char *name;
	int resource;
} names[] = {
	{ "as", RLIMIT_AS },
	{ "core", RLIMIT_CORE },
	{ "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA },
	{ "fsize", RLIMIT_FSIZE },
	{ "locks", RLIMIT_LOCKS },
	{ "memlock", RLIMIT_MEMLOCK },
	{ "msgqueue", RLIMIT_MSGQUEUE },
	{ "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE },
	{ "nproc", RLIMIT_NPROC },
	{ "rss", RLIMIT_RSS },
	{ "rtprio", RLIMIT_RTPRIO },
	{ "rttime", RLIMIT_RTTIME },
	{ "sigpending", RLIMIT_SIGPENDING },
	{ "stack", RLIMIT_STACK },
};

static bool
parse_value(const char *text, uint64_t *value)
{
	const char *why;

	if (strcmp(text, "unlimited") == 0 || strcmp(text, "-1") == 0) {
		*value = RLIM_INFINITY;
		return true;
	}
	/* strtonum(3) takes white space and a sign. */
	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		return false;
	*value = (uint64_t)strtonum(text, 0, INT64_MAX, &why);
	return why == NULL;
}

void
rlimit_parse(const char *text, struct rlimit_option *limit)
{
	char copy[64], *soft = copy, *hard;
	const char *name;
	size_t i = 0;

	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		errx(EXIT_OWN, "--ulimit %s: too long", text);
	name = strsep(&soft, "=");
	if (soft == NULL)
		errx(EXIT_OWN, "--ulimit %s: not NAME=SOFT[:HARD]", text);
	while (strcmp(names[i].name, name) != 0)
		if (++i == sizeof(names) / sizeof(names[0]))
			errx(EXIT_OWN,
			    "--ulimit %s: no limit is called %s (nofile, "
			    "nproc, core ... see setrlimit(2))",
			    text, name);
	hard = soft;
	soft = strsep(&hard, ":");
	*limit =
	    (struct rlimit_option){ names[i].name, names[i].resource, 0, 0 };
	if (!parse_value(soft, &limit->soft) ||
	    !parse_value(hard != NULL ? hard : soft, &limit->hard))
		errx(
		    EXIT_OWN, "--ulimit %s: not a number, nor unlimited", text);
	if (limit->soft > limit->hard)
		errx(EXIT_OWN, "--ulimit %s: the soft limit is above the hard",
		    text);
}

void
rlimit_set(const struct config *config)
{
	for (size_t i = 0; i < config->rlimit_count; i++) {
		const struct rlimit_option *option = &config->rlimits[i];
		struct rlimit limit = { option->soft, option->hard };

		explain("rlimit_set");
		if (setrlimit((__rlimit_resource_t)option->resource, &limit) ==
		    0)
			continue;
		if (errno == EPERM)
			errx(EXIT_OWN,
			    "--ulimit %s: not above the hard limit that we "
			    "have ourselves (ulimit -H)",
			    option->name);
		err(EXIT_OWN, "--ulimit %s", option->name);
	}
}

void
rlimit_set_oom_score(const struct config *config)
{
	const char *score = config->oom_score_adj;

	if (score == NULL || file_write("/proc/self/oom_score_adj", score) == 0)
		return;
	if (errno == EACCES)
		errx(EXIT_OWN,
		    "--oom-score-adj %s: to lower it needs CAP_SYS_RESOURCE",
		    score);
	err(EXIT_OWN, "--oom-score-adj %s", score);
}
