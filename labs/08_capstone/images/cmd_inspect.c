/*
 * cmd_inspect.c - "box inspect" of an image: JSON with docker's words.
 *
 * box itself inspects containers, and becomes this program for other names.
 */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "commands.h"
#include "document.h"
#include "exit.h"
#include "options.h"

static void
set_format(const char *text, void *to)
{
	const char **format = to;

	*format = text;
}

static const struct option_row rows[] = {
	{ "format", 'f', "{{.PATH}}", "one value, as {{.Config.Cmd}}",
	    set_format, 0 },
	{ 0 },
};
static const struct option_group options_format = { "Output", rows };

/* The directories, as the options of an overlay mount would name them. */
static struct json_object *
describe_driver(const struct store *store, const struct about *about)
{
	struct json_object *driver =
	    document_new("Name", "overlay", (char *)NULL);
	struct json_object *data;
	char *lower, *upper = NULL;
	size_t size;
	FILE *f = open_memstream(&lower, &size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	for (size_t i = 0; i < about->layer_count; i++) {
		if (i == 0 &&
		    asprintf(&upper, "%s/layers/%s", store->dir,
			about->layers[i]) == -1)
			err(EXIT_OWN, "asprintf");
		if (i > 0)
			fprintf(f, "%s%s/layers/%s", i > 1 ? ":" : "",
			    store->dir, about->layers[i]);
	}
	if (fclose(f) == EOF)
		err(EXIT_OWN, "open_memstream");
	data = document_new("LowerDir", lower, "UpperDir",
	    upper != NULL ? upper : "", (char *)NULL);
	json_object_object_add(driver, "Data", data);
	free(lower);
	free(upper);
	return driver;
}

/* Add a member of the configuration, under docker's name for it. */
static void
copy_member(struct json_object *to, const char *as, struct json_object *from,
    const char *key)
{
	struct json_object *value;

	if (json_object_object_get_ex(from, key, &value))
		json_object_object_add(to, as, json_object_get(value));
}

/* What its last step says of itself. */
static void
describe_comment(struct json_object *to, const struct about *about)
{
	struct json_object *steps = document_get(
	    about->config, "history", json_type_array, "configuration");
	size_t n = steps != NULL ? json_object_array_length(steps) : 0;

	if (n > 0)
		copy_member(to, "Comment",
		    json_object_array_get_idx(steps, n - 1), "comment");
}

static struct json_object *
describe(const struct store *store, const struct about *about)
{
	char id[DIGEST_HEX + 8];
	struct json_object *object, *names = json_object_new_array();
	struct json_object *rootfs =
	    document_new("Type", "layers", (char *)NULL);
	struct json_object *old = document_get(
	    about->config, "rootfs", json_type_object, "configuration");

	snprintf(id, sizeof(id), "sha256:%s", about->id);
	object = document_new("Id", id, (char *)NULL);
	for (size_t i = 0; i < about->name_count; i++)
		json_object_array_add(
		    names, json_object_new_string(about->names[i]));
	json_object_object_add(object, "RepoTags", names);
	snprintf(id, sizeof(id), "sha256:%s", about->blobs[0]);
	json_object_object_add(object, "Digest", json_object_new_string(id));
	copy_member(object, "Created", about->config, "created");
	describe_comment(object, about);
	copy_member(object, "Author", about->config, "author");
	copy_member(object, "Architecture", about->config, "architecture");
	copy_member(object, "Os", about->config, "os");
	json_object_object_add(
	    object, "Size", json_object_new_int64((int64_t)about->bytes));
	copy_member(object, "Config", about->config, "config");
	json_object_object_add(
	    object, "GraphDriver", describe_driver(store, about));
	copy_member(rootfs, "Layers", old, "diff_ids");
	json_object_object_add(object, "RootFS", rootfs);
	return object;
}

/* Print the value that "{{.A.B}}" leads to: a text as it is, else JSON. */
static void
print_value(struct json_object *object, const char *format)
{
	char *copy = options_copy(format), *path = copy, *key;
	size_t length = strlen(copy);

	if (strncmp(copy, "{{.", 3) != 0 || length < 5 ||
	    strcmp(copy + length - 2, "}}") != 0)
		errx(EXIT_OWN, "--format %s: not {{.NAME}}", format);
	copy[length - 2] = '\0';
	path += 3;
	while ((key = strsep(&path, ".")) != NULL)
		if (*key != '\0' &&
		    !json_object_object_get_ex(object, key, &object))
			errx(EXIT_OWN, "--format %s: no %s", format, key);
	if (json_object_is_type(object, json_type_string))
		puts(json_object_get_string(object));
	else
		puts(json_object_to_json_string_ext(object,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	free(copy);
}

int
cmd_inspect_image(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_format,
		NULL };
	struct json_object *list = json_object_new_array(), *object;
	const char *format = NULL;
	struct store store;
	struct about about;
	char id[DIGEST_HEX];
	int first = options_read(
	    argc, argv, groups, "inspect [options] name ...", &format);

	if (first == argc)
		errx(EXIT_OWN, "usage: box inspect [options] name ...");
	begin_command(&store);
	store_share(&store);
	for (int i = first; i < argc; i++) {
		if (!store_find(&store, argv[i], id))
			errx(EXIT_OWN,
			    "no container or image %s (box ps -a, box images)",
			    argv[i]);
		about_read(&about, &store, id);
		about_read_names(&about, &store);
		object = describe(&store, &about);
		json_object_array_add(list, object);
		if (format != NULL)
			print_value(object, format);
		about_free(&about);
	}
	store_unlock(&store);
	if (format == NULL)
		puts(json_object_to_json_string_ext(list,
		    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(list);
	return 0;
}
