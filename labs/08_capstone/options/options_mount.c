/* options_mount.c - the options of "box run" about what is mounted. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"
#include "volume_store.h"

static void
add_volume(struct config *config, const struct volume *volume)
{
	config->volumes = options_grow(
	    config->volumes, config->volume_count, sizeof(*config->volumes));
	config->volumes[config->volume_count] = *volume;
	volume_clean(config->volumes[config->volume_count++].target);
}

static void
add_tmpfs(struct config *config, const struct tmpfs *tmpfs)
{
	config->tmpfs = options_grow(
	    config->tmpfs, config->tmpfs_count, sizeof(*config->tmpfs));
	config->tmpfs[config->tmpfs_count] = *tmpfs;
	volume_clean(config->tmpfs[config->tmpfs_count++].target);
}

/* The part of -v behind the second colon: "ro", "rw,nocopy" ... */
static void
read_modes(const char *text, char *modes, struct volume *volume)
{
	const char *mode;

	while ((mode = strsep(&modes, ",")) != NULL) {
		if (strcmp(mode, "ro") == 0)
			volume->read_only = true;
		else if (strcmp(mode, "nocopy") == 0)
			volume->no_copy = true;
		else if (strcmp(mode, "rw") != 0)
			errx(EXIT_OWN, "-v %s: %s is neither ro nor rw", text,
			    mode);
	}
}

/* A path is a directory or file of the host, another word a volume. */
static void
set_volume(const char *text, void *to)
{
	struct volume volume = { .source = options_copy(text) };
	char *modes = NULL;

	volume.target = strchr(volume.source, ':');
	if (volume.target == NULL) {
		volume.target = volume.source;
		volume.source = NULL;
		volume.name = options_copy("");
	} else {
		*volume.target++ = '\0';
		modes = strchr(volume.target, ':');
	}
	if (modes != NULL) {
		*modes++ = '\0';
		read_modes(text, modes, &volume);
	}
	if (volume.target[0] != '/')
		errx(EXIT_OWN, "-v %s: the target must start with /", text);
	if (volume.source != NULL && volume.source[0] != '/') {
		if (!volume_name_ok(volume.source))
			errx(EXIT_OWN,
			    "-v %s: neither a path that starts with / nor a "
			    "volume's name",
			    text);
		volume.name = volume.source;
		volume.source = NULL;
	}
	add_volume(to, &volume);
}

static void
set_tmpfs(const char *text, void *to)
{
	struct tmpfs tmpfs = { .target = options_copy(text) };

	tmpfs.options = strchr(tmpfs.target, ':');
	if (tmpfs.options != NULL)
		*tmpfs.options++ = '\0';
	else
		tmpfs.options = options_copy("");
	if (tmpfs.target[0] != '/')
		errx(EXIT_OWN, "--tmpfs %s: must start with /", text);
	add_tmpfs(to, &tmpfs);
}

/* --mount, taken apart. */
struct mount_words {
	const char *text; /* for messages */
	const char *type;
	char *source, *target;
	char *size, *mode;
	bool read_only, no_copy;
};

/*
 * The next field of a line of comma-separated values, as docker reads it: one
 * in quotes may have commas, and quotes if they are doubled.
 */
static char *
next_field(char **rest)
{
	char *field = *rest, *to = field, *from = field;
	bool quoted = field != NULL && field[0] == '"';

	if (!quoted)
		return strsep(rest, ",");
	for (from++; *from != '\0'; from++) {
		if (*from == '"' && *++from != '"')
			break;
		*to++ = *from;
	}
	*rest = *from == ',' ? from + 1 : NULL;
	if (*from != ',' && *from != '\0')
		return NULL;
	*to = '\0';
	return field;
}

/* "ro" and "ro=true"; "ro=false" is as if it were not there. */
static bool
is_true(const struct mount_words *words, const char *key, const char *value)
{
	if (value == NULL || strcmp(value, "true") == 0 ||
	    strcmp(value, "1") == 0)
		return true;
	if (strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		return false;
	errx(EXIT_OWN, "--mount %s: %s=%s is neither true nor false",
	    words->text, key, value);
}

static bool
is_one_of(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
	    strcmp(word, c) == 0;
}

static void
take_field(struct mount_words *words, char *field)
{
	char *value = field, *key = strsep(&value, "=");
	bool no_value = value == NULL || value[0] == '\0';

	if (is_one_of(key, "ro", "readonly", "rdonly"))
		words->read_only = is_true(words, key, value);
	else if (strcmp(key, "volume-nocopy") == 0)
		words->no_copy = is_true(words, key, value);
	else if (no_value)
		errx(EXIT_OWN, "--mount %s: \"%s\" without a value",
		    words->text, key);
	else if (strcmp(key, "type") == 0)
		words->type = value;
	else if (is_one_of(key, "source", "src", "source"))
		words->source = value;
	else if (is_one_of(key, "target", "dst", "destination"))
		words->target = value;
	else if (strcmp(key, "tmpfs-size") == 0)
		words->size = value;
	else if (strcmp(key, "tmpfs-mode") == 0)
		words->mode = value;
	else if (strcmp(key, "consistency") == 0 ||
	    (strcmp(key, "bind-propagation") == 0 &&
		is_one_of(value, "rprivate", "private", "rprivate")))
		return;
	else
		errx(EXIT_OWN, "--mount %s: box knows no %s=%s", words->text,
		    key, value);
}

static void
take_tmpfs(const struct mount_words *words, struct config *config)
{
	struct tmpfs tmpfs = { .target = words->target };

	if (words->source != NULL || words->read_only || words->no_copy)
		errx(EXIT_OWN,
		    "--mount %s: a tmpfs has no source, and is not "
		    "read-only",
		    words->text);
	if (asprintf(&tmpfs.options, "%s%s,%s%s",
		words->size != NULL ? "size=" : "",
		words->size != NULL ? words->size : "",
		words->mode != NULL ? "mode=" : "",
		words->mode != NULL ? words->mode : "") == -1)
		err(EXIT_OWN, "asprintf");
	add_tmpfs(config, &tmpfs);
}

static void
take_bind(const struct mount_words *words, struct config *config)
{
	struct volume volume = {
		.source = words->source,
		.target = words->target,
		.read_only = words->read_only,
		.no_copy = words->no_copy,
	};

	if (words->size != NULL || words->mode != NULL)
		errx(EXIT_OWN, "--mount %s: size and mode are a tmpfs's",
		    words->text);
	if (strcmp(words->type, "volume") == 0) {
		volume.name =
		    words->source != NULL ? words->source : options_copy("");
		volume.source = NULL;
		if (words->source != NULL && !volume_name_ok(words->source))
			errx(EXIT_OWN, "--mount %s: %s is no volume's name",
			    words->text, words->source);
	} else if (words->source == NULL || words->source[0] != '/') {
		errx(EXIT_OWN, "--mount %s: the source must start with /",
		    words->text);
	}
	add_volume(config, &volume);
}

static void
set_mount(const char *text, void *to)
{
	struct mount_words words = { .text = text, .type = "volume" };
	char *rest = options_copy(text), *field;

	while (rest != NULL) {
		field = next_field(&rest);
		if (field == NULL)
			errx(EXIT_OWN, "--mount %s: a quote too many", text);
		take_field(&words, field);
	}
	if (words.target == NULL || words.target[0] != '/')
		errx(EXIT_OWN,
		    "--mount %s: wants a target=PATH that starts with /", text);
	if (strcmp(words.type, "tmpfs") == 0)
		take_tmpfs(&words, to);
	else if (strcmp(words.type, "bind") == 0 ||
	    strcmp(words.type, "volume") == 0)
		take_bind(&words, to);
	else
		errx(EXIT_OWN, "--mount %s: not of type bind, volume or tmpfs",
		    text);
}

static const struct option_row rows[] = {
	{ "volume", 'v', "SOURCE:TARGET[:ro]",
	    "show a directory or file of the host, or a volume", set_volume,
	    0 },
	{ "mount", 0, "type=TYPE,...", "the same, and tmpfs, in docker's words",
	    set_mount, 0 },
	{ "tmpfs", 0, "TARGET[:size=SIZE,mode=MODE]",
	    "an empty directory, in memory", set_tmpfs, 0 },
	{ 0 },
};

const struct option_group options_mount = { "Mounts", rows };
