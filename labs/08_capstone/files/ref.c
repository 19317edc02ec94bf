/* ref.c - the names of images, and which image of the store they mean. */

#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "ref.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ID_BEGIN 4 /* so many digits of an id must be given */

/* Nothing but these, and neither first nor last one of "._-". */
static bool
is_part(const char *text, size_t length, const char *allowed)
{
	return length > 0 && strspn(text, allowed) >= length &&
	    strchr("._-", text[0]) == NULL &&
	    strchr("._-", text[length - 1]) == NULL;
}

/* A registry's name has a dot or a port, or is this machine's. */
static bool
is_host(const char *text, size_t length)
{
	return (length == 9 && strncmp(text, "localhost", 9) == 0) ||
	    memchr(text, '.', length) != NULL ||
	    memchr(text, ':', length) != NULL;
}

static bool
is_path(const char *text, size_t length)
{
	const char *end = text + length;
	bool first = true;

	for (;; first = false) {
		size_t part = strcspn(text, "/");

		if (text + part > end)
			part = (size_t)(end - text);
		if (first && text + part < end && is_host(text, part)) {
			if (!is_part(text, part, LOWER UPPER DIGITS ".-:"))
				return false;
		} else if (!is_part(text, part, LOWER DIGITS "._-")) {
			return false;
		}
		if (text + part == end)
			return true;
		text += part + 1;
	}
}

static bool
is_tag(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 128 && strchr(".-", text[0]) == NULL &&
	    strspn(text, LOWER UPPER DIGITS "_.-") == length;
}

/*
 * What is understood without being said, is not said.  What comes of it stays
 * the same the next time: names are read back from the store.
 */
static const char *
without_default(const char *name)
{
	static const char *const hosts[] = { "docker.io/", "index.docker.io/" };
	const char *rest = name;

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(name, hosts[i], strlen(hosts[i])) == 0)
			rest = name + strlen(hosts[i]);
	if (rest != name)
		return without_default(rest);
	rest = name + strlen("library/");
	if (strncmp(name, "library/", strlen("library/")) == 0 &&
	    strchr(rest, '/') == NULL)
		return rest;
	return name;
}

/* A name must not pass for the id of another image. */
static bool
is_like_id(const char *name, size_t length)
{
	return (length == 6 && strncmp(name, "sha256", 6) == 0) ||
	    (length == REF_ID - 1 &&
		strspn(name, DIGITS "abcdef") >= REF_ID - 1);
}

bool
ref_parse(char ref[REF_SIZE], const char *name)
{
	const char *slash, *colon;
	size_t length;

	name = without_default(name);
	slash = strrchr(name, '/');
	colon = strchr(slash != NULL ? slash : name, ':');
	length = colon != NULL ? (size_t)(colon - name) : strlen(name);
	if (strlen(name) + sizeof(":latest") > REF_SIZE ||
	    !is_path(name, length) || is_like_id(name, length) ||
	    (colon != NULL && !is_tag(colon + 1)))
		return false;
	strlcpy(ref, name, REF_SIZE);
	if (colon == NULL)
		strlcat(ref, ":latest", REF_SIZE);
	return true;
}

void
ref_full(char full[REF_FULL], const char *ref)
{
	size_t host = strcspn(ref, "/");

	full[0] = '\0';
	if (ref[host] == '\0')
		strlcat(full, "docker.io/library/", REF_FULL);
	else if (!is_host(ref, host))
		strlcat(full, "docker.io/", REF_FULL);
	strlcat(full, ref, REF_FULL);
}

static void
replace(char *text, char from, char to)
{
	while ((text = strchr(text, from)) != NULL)
		*text = to;
}

void
ref_to_file(char ref[REF_SIZE])
{
	replace(ref, '/', '%');
}

void
ref_from_file(char ref[REF_SIZE])
{
	replace(ref, '%', '/');
}

/* By the beginning of its id. */
static int
find_id(const char *store, const char *begin, char id[REF_ID])
{
	char dir[PATH_MAX];
	const struct dirent *entry;
	int found = 0;
	DIR *d;

	if (strncmp(begin, "sha256:", 7) == 0)
		begin += 7;
	if (strlen(begin) < ID_BEGIN || strlen(begin) >= REF_ID ||
	    strspn(begin, DIGITS "abcdef") != strlen(begin))
		return 0;
	file_path(dir, sizeof(dir), "%s/images", store);
	d = opendir(dir);
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, begin, strlen(begin)) == 0 &&
		    strlcpy(id, entry->d_name, REF_ID) == REF_ID - 1)
			found++;
	if (d != NULL)
		closedir(d);
	return found > 1 ? -1 : found;
}

int
ref_find(const char *store, const char *name, char id[REF_ID])
{
	char ref[REF_SIZE], path[PATH_MAX];
	ssize_t n = -1;

	if (ref_parse(ref, name)) {
		ref_to_file(ref);
		file_path(path, sizeof(path), "%s/names/%s", store, ref);
		n = readlink(path, id, REF_ID);
	}
	if (n != REF_ID - 1)
		return find_id(store, name, id);
	id[n] = '\0';
	return 1;
}
