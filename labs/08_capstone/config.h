/* config.h - what the user asked for, as plain values. */

#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum network {
	NETWORK_DEFAULT, /* a bridge for root, else none */
	NETWORK_BRIDGE,
	NETWORK_NONE,
	NETWORK_HOST,
};

/* -v source:target[:ro] */
struct volume {
	char *source;
	char *target;
	bool read_only;
	int tree; /* the source, from volumes_clone() to volumes_mount() */
};

/* --tmpfs target[:options] */
struct tmpfs {
	char *target;
	char *options; /* for mount(2), "" when none are given */
};

struct config {
	const char *image; /* a name or a directory */
	char **command; /* NULL-terminated, at least one word */
	const char *name; /* NULL: the container's id */
	const char *hostname; /* NULL: the container's id */
	const char *user; /* NULL: root */
	const char *workdir; /* NULL: "/" */

	char **environment; /* "NAME=value" each */
	size_t environment_count;
	struct volume *volumes;
	size_t volume_count;
	struct tmpfs *tmpfs;
	size_t tmpfs_count;

	enum network network;
	uint64_t memory; /* bytes; 0: no limit */
	uint64_t cpu_quota; /* microseconds in 100000; 0: no limit */
	uint64_t pids_limit; /* 0: the default of LIMIT_PIDS */
	const char *cpuset; /* NULL: every processor */

	uint64_t cap_add; /* bit n: capability n */
	uint64_t cap_drop;
	uint64_t caps; /* what stays after both */
	bool unconfined; /* no seccomp filter */

	const char *restart; /* NULL: "no", else as in struct facts */
	uint64_t retries; /* of "on-failure"; 0: no end */
	int stop_signal; /* 0: TERM */

	bool detach;
	bool explain;
	bool init;
	bool interactive;
	bool quiet;
	bool read_only;
	bool rm;
	bool tty;
};

#endif
