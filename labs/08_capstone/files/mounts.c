/*
 * mounts.c - /proc, /dev and /sys for a box.
 *
 * Namespaces do not cover everything that these show.  What remains of the
 * machine as a whole is masked, or can be read but not written.  Flags and
 * paths are those that docker, podman and crun agree on.
 * Read: mount(2), mount_namespaces(7), proc(5), sysfs(5), devpts in pts(4).
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "devices.h"
#include "exit.h"
#include "explain.h"
#include "file.h"
#include "hierarchy.h"
#include "inside.h"
#include "mounts.h"
#include "pid.h"

#define SHM_SIZE UINT64_C(67108864) /* without --shm-size */
#define SAFE (MS_NOSUID | MS_NOEXEC | MS_NODEV)

static const struct link {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

static const char *const masked[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/interrupts",
	"/proc/kcore",
	"/proc/keys",
	"/proc/latency_stats",
	"/proc/sched_debug",
	"/proc/scsi",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/sys/devices/virtual/powercap",
	"/sys/firmware",
};

static const char *const write_protected[] = {
	"/proc/bus",
	"/proc/fs",
	"/proc/irq",
	"/proc/sys",
	"/proc/sysrq-trigger",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Mount a new file system of this type on a directory of the box. */
static void
mount_on(int root, const char *path, const char *type, unsigned long flags,
    const char *data)
{
	char name[INSIDE_PATH];
	int fd = inside_exact(root, path);

	if (fd == -1)
		err(EXIT_OWN, "%s in the image", path);
	if (mount(type, inside_name(name, fd), type, flags, data) == -1)
		err(EXIT_OWN, "mount: %s on %s", type, path);
	close(fd);
}

/* One mount's flags, as against those of the file system it shows. */
static void
set_flags(int fd, unsigned long flags, const char *path)
{
	char name[INSIDE_PATH];

	if (mount(NULL, inside_name(name, fd), NULL,
		MS_REMOUNT | MS_BIND | flags, NULL) == -1)
		err(EXIT_OWN, "mount: flags of %s", path);
}

/*
 * Each node is a mount point of its own, so that /dev itself can be nodev: a
 * node that the box makes opens nothing, wherever it makes it.
 */
static void
make_dev(int root, const struct config *config, bool rootless)
{
	static const char *const directories[] = { "pts", "shm", "mqueue" };
	int dev;

	mount_on(root, "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME,
	    "mode=755,size=65536k");
	dev = inside_exact(root, "/dev");
	if (dev == -1)
		err(EXIT_OWN, "/dev");
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlinkat(links[i].target, dev, links[i].name) == -1)
			err(EXIT_OWN, "symlink: /dev/%s", links[i].name);
	for (size_t i = 0; i < COUNT(directories); i++)
		if (mkdirat(dev, directories[i], 0755) == -1)
			err(EXIT_OWN, "mkdir: /dev/%s", directories[i]);
	umask(0);
	devices_make(dev, config, rootless);
	umask(022);
	if (!config->privileged)
		set_flags(dev, MS_NOSUID | MS_NODEV | MS_STRICTATIME, "/dev");
	close(dev);
}

/* The terminals of a box are its own.  Group 5 is "tty" where it is mapped. */
static void
make_pts(int root)
{
	static const char options[] = "newinstance,ptmxmode=0666,mode=0620";
	char with_group[sizeof(options) + 8], map[64];
	unsigned int inside, outside, count;
	bool mapped = file_read("/proc/self/gid_map", map, sizeof(map)) == -1 ||
	    sscanf(map, "%u %u %u", &inside, &outside, &count) != 3 ||
	    count > 5 || strchr(map, '\n') != NULL;

	snprintf(with_group, sizeof(with_group), "%s,gid=5", options);
	mount_on(root, "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
	    mapped ? with_group : options);
}

/*
 * Mount one hierarchy of version 1: "memory" or "cpu,cpuacct", as listed in
 * /proc/self/cgroup, is both the directory's name and the mount option.  Of the
 * latter, each name is a link to it, as on the host.
 */
static void
mount_hierarchy(int dir, unsigned long flags, const char *controllers)
{
	char path[INSIDE_PATH + 64], names[64], *name, *rest = names;

	if (mkdirat(dir, controllers, 0755) == -1)
		err(EXIT_OWN, "mkdir: /sys/fs/cgroup/%s", controllers);
	file_path(path, sizeof(path), "/proc/self/fd/%d/%s", dir, controllers);
	if (mount("cgroup", path, "cgroup", flags, controllers) == -1 &&
	    errno != EPERM)
		err(EXIT_OWN, "mount: cgroup %s", controllers);
	strlcpy(names, controllers, sizeof(names));
	while (strchr(controllers, ',') != NULL &&
	    (name = strsep(&rest, ",")) != NULL)
		if (symlinkat(controllers, dir, name) == -1)
			err(EXIT_OWN, "symlink: /sys/fs/cgroup/%s", name);
}

/*
 * The box's own part of the cgroup trees, for it to read.  Of a v1 tree where
 * it has no group of its own it would see the host's part, so that is left out.
 */
static void
make_cgroup(int root, unsigned long flags, const char *controllers)
{
	char text[4096], *line, *rest = text;
	int dir;

	if (cgroup_version("memory") != 1) {
		mount_on(root, "/sys/fs/cgroup", "cgroup2", flags, NULL);
		return;
	}
	if (file_read("/proc/self/cgroup", text, sizeof(text)) == -1)
		err(EXIT_OWN, "/proc/self/cgroup");
	mount_on(root, "/sys/fs/cgroup", "tmpfs", SAFE, "mode=755,size=64k");
	dir = inside_exact(root, "/sys/fs/cgroup");
	while ((line = strsep(&rest, "\n")) != NULL) {
		strsep(&line, ":");
		line = strsep(&line, ":");
		if (line != NULL && hierarchy_shares(line, controllers))
			mount_hierarchy(dir, flags, line);
	}
	set_flags(dir, SAFE | MS_RDONLY, "/sys/fs/cgroup");
	close(dir);
}

/*
 * A new /sys shows the network namespace, and is for its owner to mount: a
 * plain user who stays in the host's can only show the host's /sys.
 */
static void
make_sys(int root, bool borrowed, unsigned long flags, const char *controllers)
{
	char name[INSIDE_PATH];
	int fd;

	if (borrowed) {
		fd = inside_exact(root, "/sys");
		if (fd == -1 ||
		    mount("/sys", inside_name(name, fd), NULL, MS_BIND | MS_REC,
			NULL) == -1)
			err(EXIT_OWN, "mount: bind /sys");
		close(fd);
		fd = inside_exact(root, "/sys");
		set_flags(fd, flags, "/sys");
		close(fd);

		/* The host's cgroup2 is ours: no place takes it twice. */
		mount_on(root, "/sys/fs/cgroup", "tmpfs", SAFE, "size=4k");
	} else {
		mount_on(root, "/sys", "sysfs", flags, NULL);
	}
	make_cgroup(root, flags, controllers);
}

void
mounts_make(int root, const struct config *config, bool rootless,
    bool shared_net, const char *controllers)
{
	char name[INSIDE_PATH], shm[64];
	int fd;

	fd = inside_exact(root, "/proc");
	if (fd == -1)
		err(EXIT_OWN, "/proc in the image");
	explain("pid_mount_proc");
	pid_mount_proc(inside_name(name, fd));
	close(fd);

	explain("mounts_make");
	make_dev(root, config, rootless);
	make_pts(root);
	snprintf(shm, sizeof(shm), "mode=1777,size=%" PRIu64,
	    config->shm_size != 0 ? config->shm_size : SHM_SIZE);
	mount_on(root, "/dev/shm", "tmpfs", SAFE, shm);
	mount_on(root, "/dev/mqueue", "mqueue", SAFE, NULL);
	make_sys(root, rootless && shared_net,
	    config->privileged ? SAFE : SAFE | MS_RDONLY, controllers);
}

/*
 * Hide a directory behind an empty one, the same for all, and a file behind
 * /dev/null, which had better be that.
 */
static void
mask(int root, const char *path, int null, int *empty)
{
	char from[INSIDE_PATH], on[INSIDE_PATH];
	struct stat st;
	int fd = inside_exact(root, path);

	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "mask: %s", path);
	inside_name(on, fd);
	if (!S_ISDIR(st.st_mode)) {
		if (mount(inside_name(from, null), on, NULL, MS_BIND, NULL) ==
		    -1)
			err(EXIT_OWN, "mask: %s", path);
	} else if (*empty != -1) {
		if (mount(inside_name(from, *empty), on, NULL, MS_BIND, NULL) ==
		    -1)
			err(EXIT_OWN, "mask: %s", path);
	} else {
		if (mount("tmpfs", on, "tmpfs", SAFE | MS_RDONLY,
			"mode=555,size=4k") == -1)
			err(EXIT_OWN, "mask: %s", path);
		*empty = inside_exact(root, path);
	}
	close(fd);
}

static void
write_protect(int root, const char *path)
{
	char name[INSIDE_PATH];
	int fd = inside_exact(root, path);

	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1 ||
	    mount(inside_name(name, fd), name, NULL, MS_BIND | MS_REC, NULL) ==
		-1)
		err(EXIT_OWN, "write-protect: %s", path);
	close(fd);
	fd = inside_exact(root, path);
	if (fd == -1)
		err(EXIT_OWN, "write-protect: %s", path);
	set_flags(fd, SAFE | MS_RDONLY, path);
	close(fd);
}

void
mounts_protect(int root)
{
	struct stat st;
	int empty = -1, null = inside_exact(root, "/dev/null");

	explain("mounts_protect");
	if (null == -1 || fstat(null, &st) == -1 || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(1, 3))
		errx(EXIT_OWN, "/dev/null is not the null device");
	for (size_t i = 0; i < COUNT(masked); i++)
		mask(root, masked[i], null, &empty);
	for (size_t i = 0; i < COUNT(write_protected); i++)
		write_protect(root, write_protected[i]);
	close(null);
	if (empty != -1)
		close(empty);
}

void
mounts_seal(const struct config *config)
{
	unsigned long flags = MS_REMOUNT | MS_BIND;

	if (!config->privileged)
		flags |= MS_NODEV;
	if (config->read_only)
		flags |= MS_RDONLY;
	if (mount(NULL, "/", NULL, flags, NULL) == -1)
		err(EXIT_OWN, "mount: flags of /");
}
