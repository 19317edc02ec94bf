/*
 * devices.c - the devices in the /dev of a box.
 *
 * A node is nothing but two numbers; what it opens is the kernel's.  /dev is
 * mounted "nodev", so that no node which the box itself makes opens anything;
 * those here are mount points of their own, without that flag.
 * Read: mknod(2), mount(2), devices.txt in the kernel's documentation.
 */

#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "exit.h"
#include "file.h"
#include "inside.h"

#define DEV "/dev/"

static const struct standard {
	const char *name;
	unsigned int major, minor;
} standard[] = {
	{ "null", 1, 3 },
	{ "zero", 1, 5 },
	{ "full", 1, 7 },
	{ "random", 1, 8 },
	{ "urandom", 1, 9 },
	{ "tty", 5, 0 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In a box with "r" alone a group of the devices controller would be needed. */
static void
check_rights(const char *text, const char *rights)
{
	if (rights[0] == '\0' || rights[strspn(rights, "rwm")] != '\0')
		errx(EXIT_OWN, "--device %s: %s is not made of r, w and m",
		    text, rights);
	if (strchr(rights, 'r') == NULL || strchr(rights, 'w') == NULL)
		errx(EXIT_OWN,
		    "--device %s: box gives a device to read and write, or "
		    "not at all",
		    text);
}

void
devices_parse(const char *text, struct device *device)
{
	char *rest = strdup(text);
	const char *rights;

	if (rest == NULL)
		err(EXIT_OWN, "strdup");
	device->host = strsep(&rest, ":");
	device->box = strsep(&rest, ":");
	rights = strsep(&rest, ":");
	if (device->host[0] != '/' || rest != NULL)
		errx(EXIT_OWN, "--device %s: not /HOST[:/dev/BOX[:rwm]]", text);
	if (rights != NULL)
		check_rights(text, rights);

	/* "/dev/sda:r": the second part may be the rights. */
	if (device->box != NULL && device->box[0] != '/' && rights == NULL) {
		check_rights(text, device->box);
		device->box = NULL;
	}
	if (device->box == NULL)
		device->box = device->host;
	if (strncmp(device->box, DEV, strlen(DEV)) != 0 ||
	    device->box[strlen(DEV)] == '\0')
		errx(EXIT_OWN, "--device %s: its place must be below /dev",
		    text);
	device->box += strlen(DEV);
}

/*
 * Root makes nodes of its own: had the box the host's, its root could chmod
 * them for everyone.  A user namespace may not, and need not fear that.
 */
static void
make_node(int dev, const char *name, const char *host, const struct stat *st,
    bool borrow)
{
	char node[PATH_MAX], from[PATH_MAX];

	if (mknodat(dev, name, borrow ? S_IFREG : st->st_mode, st->st_rdev) ==
	    -1)
		err(EXIT_OWN, "mknod: /dev/%s", name);
	if (!borrow && (st->st_uid != 0 || st->st_gid != 0) &&
	    fchownat(dev, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) ==
		-1)
		err(EXIT_OWN, "chown: /dev/%s", name);
	file_path(node, sizeof(node), "/proc/self/fd/%d/%s", dev, name);
	file_path(from, sizeof(from), "%s", borrow ? host : node);
	if (mount(from, node, NULL, MS_BIND, NULL) == -1)
		err(EXIT_OWN, "mount: bind /dev/%s", name);
}

static void
make_standard(int dev, bool borrow)
{
	char host[32];

	for (size_t i = 0; i < COUNT(standard); i++) {
		struct stat st = {
			.st_mode = S_IFCHR | 0666,
			.st_rdev =
			    makedev(standard[i].major, standard[i].minor),
		};

		snprintf(host, sizeof(host), DEV "%s", standard[i].name);
		make_node(dev, standard[i].name, host, &st, borrow);
	}
}

/* One that was asked for; its directories come with it. */
static void
make_asked(int dev, const struct device *device, bool borrow)
{
	char parent[PATH_MAX], *slash;
	struct stat st;
	int dir;

	if (stat(device->host, &st) == -1)
		err(EXIT_OWN, "--device %s", device->host);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		errx(EXIT_OWN, "--device %s: not a device", device->host);
	file_path(parent, sizeof(parent), "/%s", device->box);
	slash = strrchr(parent, '/');
	*slash = '\0';
	dir = inside_make(dev, parent[0] != '\0' ? parent : "/", true);
	if (dir == -1)
		err(EXIT_OWN, "--device " DEV "%s", device->box);
	if (faccessat(dir, slash + 1, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		errx(EXIT_OWN, "--device " DEV "%s: is there already",
		    device->box);
	make_node(dir, slash + 1, device->host, &st, borrow);
	close(dir);
}

/* Is it a box's own in any case, or a file system of the host's? */
static bool
is_left_out(const char *name)
{
	static const char *const left_out[] = { ".", "..", "console", "fd",
		"hugepages", "mqueue", "ptmx", "pts", "shm", "stderr", "stdin",
		"stdout" };

	for (size_t i = 0; i < COUNT(left_out); i++)
		if (strcmp(name, left_out[i]) == 0)
			return true;
	return false;
}

/* All devices of the host in from, a directory below /dev, and below it. */
static void
copy_all(const char *from, int to, bool borrow)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	struct stat st;
	DIR *dir = opendir(from);
	int below;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		file_path(path, sizeof(path), "%s/%s", from, entry->d_name);
		if (is_left_out(entry->d_name) || lstat(path, &st) == -1 ||
		    faccessat(to, entry->d_name, F_OK, AT_SYMLINK_NOFOLLOW) ==
			0)
			continue;
		if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
			make_node(to, entry->d_name, path, &st, borrow);
		if (!S_ISDIR(st.st_mode) ||
		    mkdirat(to, entry->d_name, 0755) == -1)
			continue;
		below = openat(to, entry->d_name,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below == -1)
			err(EXIT_OWN, "%s", path);
		copy_all(path, below, borrow);
		close(below);
	}
	if (dir != NULL)
		closedir(dir);
}

void
devices_make(int dev, const struct config *config, bool borrow)
{
	make_standard(dev, borrow);
	for (size_t i = 0; i < config->device_count; i++)
		make_asked(dev, &config->devices[i], borrow);
	if (config->privileged)
		copy_all("/dev", dev, borrow);
}
