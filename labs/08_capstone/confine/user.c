/*
 * user.c - which user the command of a box runs as.
 *
 * The files are the image's and may hold anything, so they are read here,
 * strictly, and not by getpwnam(3), which would load code that the host's
 * nsswitch.conf names.  Read: passwd(5), group(5), credentials(7).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "shown.h"
#include "user.h"

#define FILE_MAX (1 << 20)

static bool
is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Digits only, and below the id that means "no change" to the kernel. */
static bool
parse_id(const char *text, unsigned int *id)
{
	const char *why;

	if (!is_number(text))
		return false;
	*id = (unsigned int)strtonum(text, 0, UINT32_MAX - 1, &why);
	return why == NULL;
}

/* A file of the image, whole: "" when it is missing or no plain file. */
static char *
read_file(const char *path)
{
	char *text;
	struct stat st;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return strdup("");
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size >= FILE_MAX)
		errx(EXIT_OWN, "%s in the image is unusable", path);
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		err(EXIT_OWN, "malloc");
	n = read(fd, text, (size_t)st.st_size);
	if (n == -1)
		err(EXIT_OWN, "%s", path);
	text[n] = '\0';
	close(fd);
	return text;
}

/* Cut the next line of *rest into count fields at ":"; false at the end. */
static bool
next_entry(char **rest, char *field[], size_t count)
{
	static char empty[1];
	char *line = strsep(rest, "\n");

	if (line == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		field[i] = strsep(&line, ":");
		if (field[i] == NULL)
			field[i] = empty;
	}
	return true;
}

/* Find the user by name, or else by number, which needs no entry. */
static const char *
find_user(const char *text, struct user *user)
{
	static char name[256];
	char *file = read_file("/etc/passwd"), *rest = file, *field[6];
	bool found = false, numeric = parse_id(text, &user->uid);
	unsigned int uid, gid;

	while (!found && next_entry(&rest, field, 6)) {
		if (!parse_id(field[2], &uid) || !parse_id(field[3], &gid))
			continue;
		found =
		    numeric ? uid == user->uid : strcmp(field[0], text) == 0;
		if (!found)
			continue;
		user->uid = uid;
		user->gid = gid;
		strlcpy(name, field[0], sizeof(name));
		strlcpy(user->home, field[5], sizeof(user->home));
	}
	free(file);
	if (!found && is_number(text) && !numeric)
		errx(EXIT_OWN, "-u: %s is too large an id", shown(text));
	if (!found && !numeric)
		errx(EXIT_OWN, "-u: no user %s in the image", shown(text));
	return found ? name : "";
}

/* A group by number, which needs no entry, or else by name. */
static gid_t
find_group(const char *option, const char *text)
{
	char *file, *rest, *field[3];
	unsigned int gid, found = 0;
	bool known = parse_id(text, &found);

	if (known)
		return found;
	if (is_number(text))
		errx(
		    EXIT_OWN, "%s: %s is too large an id", option, shown(text));
	rest = file = read_file("/etc/group");
	while (!known && next_entry(&rest, field, 3))
		if (strcmp(field[0], text) == 0 && parse_id(field[2], &gid)) {
			found = gid;
			known = true;
		}
	free(file);
	if (!known)
		errx(EXIT_OWN, "%s: no group %s in the image", option,
		    shown(text));
	return found;
}

/* Every group that lists the user by name. */
static void
find_memberships(const char *name, struct user *user)
{
	char *file = read_file("/etc/group"), *rest = file, *field[4], *member;
	unsigned int gid;

	while (name[0] != '\0' && next_entry(&rest, field, 4)) {
		if (!parse_id(field[2], &gid))
			continue;
		while ((member = strsep(&field[3], ",")) != NULL)
			if (strcmp(member, name) == 0 &&
			    user->group_count < USER_GROUPS)
				user->groups[user->group_count++] = gid;
	}
	free(file);
}

void
user_find(const char *text, struct user *user)
{
	char copy[256];
	char *group = copy;
	const char *name;

	*user = (struct user){ .home = "/" };
	if (text == NULL)
		text = "0";
	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		errx(EXIT_OWN, "-u: name too long");
	name = strsep(&group, ":");
	if (name[0] == '\0' || (group != NULL && group[0] == '\0') ||
	    (group != NULL && strchr(group, ':') != NULL))
		errx(EXIT_OWN, "-u %s: not USER[:GROUP]", shown(text));
	name = find_user(name, user);
	if (group != NULL)
		user->gid = find_group("-u", group);
	else
		find_memberships(name, user);
	if (user->home[0] != '/')
		strlcpy(user->home, user->uid == 0 ? "/root" : "/",
		    sizeof(user->home));
}

void
user_add_groups(struct user *user, const char *const groups[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (user->group_count == USER_GROUPS)
			errx(EXIT_OWN, "--group-add %s: more than %d groups",
			    groups[i], USER_GROUPS);
		user->groups[user->group_count++] =
		    find_group("--group-add", groups[i]);
		user->asked = true;
	}
}

void
user_become(const struct user *user)
{
	/*
	 * Groups while we may still change them.  A user namespace with one
	 * id has given setgroups(2) up: EPERM, and then there is none to drop
	 * that would be ours to drop, nor any to have.
	 */
	if (setgroups(user->group_count, user->groups) == -1 &&
	    !(errno == EPERM && !user->asked))
		err(EXIT_OWN,
		    "setgroups (without root, only the ids of /etc/subgid "
		    "exist)");
	if (setresgid(user->gid, user->gid, user->gid) == -1)
		err(EXIT_OWN,
		    "-u: group %u (without root, only the ids of "
		    "/etc/subgid exist)",
		    user->gid);
	if (setresuid(user->uid, user->uid, user->uid) == -1)
		err(EXIT_OWN,
		    "-u: user %u (without root, only the ids of "
		    "/etc/subuid exist)",
		    user->uid);
}
