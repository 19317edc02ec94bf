/* commit_config.c - the configuration of an image with a layer more. */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change.h"
#include "commit_config.h"
#include "document.h"
#include "exit.h"
#include "options.h"

static const char what[] = "the image's configuration";

/* The member of an object, made if it is not there. */
static struct json_object *
member(struct json_object *object, const char *key, enum json_type type)
{
	struct json_object *value = document_get(object, key, type, what);

	if (value == NULL) {
		value = type == json_type_array ? json_object_new_array()
						: json_object_new_object();
		json_object_object_add(object, key, value);
	}
	return value;
}

static void
read_base(const char *id, const struct store *store, struct manifest *manifest)
{
	struct source source = { .store = store, .path = "store", .dir = -1 };
	char *text;
	size_t count;
	char **blobs = store_lines(store->dir, id, "blobs", &text, &count);

	if (count == 0)
		errx(EXIT_OWN, "image %.12s: no manifest", id);
	manifest_read(manifest, &source, blobs[0]);
	free(blobs);
	free(text);
}

/* A directory has no configuration: then a box runs a shell. */
static void
make_base(struct manifest *manifest)
{
	struct json_object *rootfs, *shell = json_object_new_array();

	*manifest = (struct manifest){ 0 };
	manifest->config = document_new("architecture", manifest_architecture(),
	    "os", "linux", (char *)NULL);
	json_object_array_add(shell, json_object_new_string("sh"));
	json_object_object_add(
	    member(manifest->config, "config", json_type_object), "Cmd", shell);
	rootfs = document_new("type", "layers", (char *)NULL);
	json_object_object_add(rootfs, "diff_ids", json_object_new_array());
	json_object_object_add(manifest->config, "rootfs", rootfs);
}

/*
 * JSON is UTF-8, and what is not could not be read back.  Does the text that a
 * document prints as stand for it?
 */
static bool
is_valid(struct json_object *object)
{
	struct json_tokener *parser = json_tokener_new();
	struct json_object *copy;
	size_t size;
	const char *text = document_print(object, &size);

	if (parser == NULL)
		err(EXIT_OWN, "malloc");
	json_tokener_set_flags(
	    parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	copy = json_tokener_parse_ex(parser, text, (int)size);
	json_tokener_free(parser);
	if (copy == NULL)
		return false;
	json_object_put(copy);
	return true;
}

static void
put_text(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value;

	if (text == NULL)
		return;
	value = json_object_new_string(text);
	if (!is_valid(value))
		errx(EXIT_OWN, "the %s is not UTF-8", key);
	json_object_object_add(object, key, value);
}

void
commit_begin(const struct commit *commit, const struct store *store,
    struct manifest *manifest)
{
	struct json_object *config;

	if (commit->base != NULL)
		read_base(commit->base, store, manifest);
	else
		make_base(manifest);
	config = member(manifest->config, "config", json_type_object);
	change_apply(config, commit->changes, commit->change_count);
	if (!is_valid(manifest->config))
		errx(EXIT_OWN, "--change: not UTF-8");
	put_text(manifest->config, "author", commit->author);
}

/* To the nanosecond: two commits of one second are two images. */
static void
write_now(char text[40])
{
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	n = strftime(text, 40, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &tm));
	snprintf(text + n, 40 - n, ".%09ldZ", now.tv_nsec);
}

/* A command may have been any bytes. */
static struct json_object *
make_readable(const char *text)
{
	struct json_object *value = json_object_new_string(text);
	char *copy;

	if (is_valid(value))
		return value;
	json_object_put(value);
	copy = options_copy(text);
	for (char *c = copy; *c != '\0'; c++)
		if ((unsigned char)*c > '~')
			*c = '?';
	value = json_object_new_string(copy);
	free(copy);
	return value;
}

static struct json_object *
add_step(
    struct json_object *history, const char *created, const char *created_by)
{
	struct json_object *step =
	    document_new("created", created, (char *)NULL);

	json_object_object_add(step, "created_by", make_readable(created_by));
	json_object_array_add(history, step);
	return step;
}

/* How many of the layers the history tells of. */
static size_t
count_told(struct json_object *history)
{
	size_t told = 0;

	for (size_t i = 0; i < json_object_array_length(history); i++)
		if (!json_object_get_boolean(
			document_get(json_object_array_get_idx(history, i),
			    "empty_layer", json_type_boolean, what)))
			told++;
	return told;
}

/* The rest of its steps would be taken for those of other layers. */
static void
add_history(
    const struct commit *commit, struct manifest *manifest, const char *now)
{
	struct json_object *step,
	    *history = member(manifest->config, "history", json_type_array);
	char from[300];

	snprintf(from, sizeof(from), "box run %s", commit->image);
	for (size_t told = count_told(history); told + 1 < manifest->count;
	     told++)
		add_step(history, now, from);
	step = add_step(history, now, commit->created_by);
	put_text(step, "author", commit->author);
	put_text(step, "comment", commit->comment);
}

void
commit_end(const struct commit *commit, const struct store *store,
    struct manifest *manifest)
{
	struct json_object *ids =
	    member(member(manifest->config, "rootfs", json_type_object),
		"diff_ids", json_type_array);
	char now[40], id[DIGEST_HEX + 8];
	const char *text;
	size_t size;

	for (size_t i = json_object_array_length(ids); i < manifest->count;
	     i++) {
		snprintf(
		    id, sizeof(id), "sha256:%s", manifest->layers[i].diff_id);
		json_object_array_add(ids, json_object_new_string(id));
	}
	write_now(now);
	add_history(commit, manifest, now);
	json_object_object_add(
	    manifest->config, "created", json_object_new_string(now));
	text = document_print(manifest->config, &size);
	source_text(store, text, size, manifest->id);
}
