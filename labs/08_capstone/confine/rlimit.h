/* rlimit.h - limits of each process by itself, which no cgroup has. */

#ifndef RLIMIT_H
#define RLIMIT_H

#include "config.h"

/*
 * Parse --ulimit's "NAME=SOFT[:HARD]" into limit; "unlimited" and -1 are none.
 * Exits with one line when that makes no sense.
 */
void rlimit_parse(const char *text, struct rlimit_option *limit);

/*
 * Set config->rlimits, for the caller and what it becomes.  Call it late, for
 * they hold for us too, and before capabilities go: without CAP_SYS_RESOURCE a
 * hard limit can only be lowered.  Exits with one line when one cannot be set.
 */
void rlimit_set(const struct config *config);

/*
 * Set config->oom_score_adj: whom the kernel kills first when memory runs out.
 * Call it before command_detach(), while the files of /proc/self are ours, and
 * while /proc is the host's.  Exits with one line on failure.
 */
void rlimit_set_oom_score(const struct config *config);

#endif
