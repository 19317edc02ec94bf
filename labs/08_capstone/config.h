/* config.h - what the user asked for, as plain values. */

#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sock_fprog;

enum network {
	NETWORK_DEFAULT, /* a bridge for root, else none */
	NETWORK_BRIDGE,
	NETWORK_NONE,
	NETWORK_HOST,
	NETWORK_CONTAINER, /* that of another box */
	NETWORK_PASTA, /* a plain user's, through pasta(1) */
};

/* -p [address:][host:]box[/udp] */
struct port {
	char address[16]; /* of the host; "" for all that it has */
	uint16_t host; /* 0: one that is free */
	uint16_t box;
	bool udp;
	int claim; /* a descriptor that keeps it, from ports_claim() on */
};

enum userns {
	USERNS_DEFAULT, /* that of the caller, or one of a plain user's own */
	USERNS_HOST, /* the same, said aloud */
	USERNS_AUTO, /* a range of ids that no other box has */
	USERNS_REMAP, /* the range below */
};

/* -v source:target[:ro], and --mount */
struct volume {
	char *name; /* of a volume; "": an anonymous one; NULL: a bind */
	char *source; /* an absolute path; a volume's from volume_take() on */
	char *target;
	bool read_only;
	bool no_copy; /* a new volume stays empty */
	int tree; /* the source, from volumes_clone() to volumes_mount() */
};

/* --tmpfs target[:options] */
struct tmpfs {
	char *target;
	char *options; /* for mount(2), "" when none are given */
};

/* --device host[:box[:rwm]] */
struct device {
	char *host;
	char *box; /* below /dev */
};

/* --sysctl name=value */
struct sysctl {
	char *path; /* below /proc/sys */
	char *value;
};

/* --ulimit name=soft[:hard] */
struct rlimit_option {
	const char *name;
	int resource; /* RLIMIT_NOFILE ... */
	uint64_t soft, hard;
};

struct config {
	const char *image; /* a name or a directory */
	char **command; /* NULL-terminated; NULL until image_apply() */
	char *entrypoint; /* NULL: the image's; "": none */
	const char *name; /* NULL: the container's id */
	const char *hostname; /* NULL: the container's id */
	const char **groups; /* --group-add */
	size_t group_count;
	const char *user; /* NULL: the image's, or root */
	const char *workdir; /* NULL: the image's, or "/" */

	char **environment; /* "NAME=value" each */
	size_t environment_count;
	const char **env_files; /* --env-file, until env_file_read() */
	size_t env_file_count;
	struct volume *volumes;
	size_t volume_count;
	struct tmpfs *tmpfs;
	size_t tmpfs_count;

	struct device *devices;
	size_t device_count;
	struct sysctl *sysctls;
	size_t sysctl_count;
	uint64_t shm_size; /* bytes; 0: the default */

	enum network network;
	const char *network_of; /* NETWORK_CONTAINER: whose; a name or id */
	const char **dns; /* --dns: addresses of name servers */
	size_t dns_count;
	const char **dns_search; /* --dns-search: domains */
	size_t dns_search_count;
	struct port *ports;
	size_t port_count;
	struct port *exposed; /* ports of the box that -P publishes */
	size_t exposed_count;
	bool publish_all; /* -P */
	uint64_t memory; /* bytes; 0: no limit */
	uint64_t cpu_quota; /* microseconds in 100000; 0: no limit */
	uint64_t pids_limit; /* 0: the default of LIMIT_PIDS */
	const char *cpuset; /* NULL: every processor */
	struct rlimit_option *rlimits;
	size_t rlimit_count;
	const char *oom_score_adj; /* NULL: the caller's */

	enum userns userns;
	unsigned int userns_base, userns_size;
	bool privileged;
	uint64_t cap_add; /* bit n: capability n */
	uint64_t cap_drop;
	uint64_t caps; /* what stays after both */
	const char *seccomp; /* a file with a profile; NULL: the default */
	bool unconfined; /* no seccomp filter */
	const struct sock_fprog *filter; /* policy_choose()'s */

	const char *detach_keys; /* as in keys.h */
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
