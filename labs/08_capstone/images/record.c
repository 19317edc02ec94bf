/* record.c - an image as the store keeps it: its layers, and how to run it. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "exit.h"
#include "file.h"
#include "record.h"
#include "whiteout.h"

static const char what[] = "the image's configuration";

static FILE *
create(const struct store *store, const char *id, const char *name)
{
	char path[PATH_MAX];
	FILE *f;

	file_path(path, sizeof(path), "%s/images/%s/%s", store->tmp, id, name);
	f = fopen(path, "we");
	if (f == NULL)
		err(EXIT_OWN, "%s", path);
	return f;
}

static void
finish(FILE *f, const char *name)
{
	if (ferror(f) || fclose(f) == EOF)
		err(EXIT_OWN, "%s", name);
}

/* Below a layer whose root is opaque nothing is seen, and overlayfs looks. */
static bool
hides_all(const struct store *store, const char *layer)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/layers/%s",
	    store_made(store, "layers", layer) ? store->tmp : store->dir,
	    layer);
	return overlay_is_opaque(path);
}

/* Is it the same as one above?  overlayfs takes no directory twice. */
static bool
is_above(const struct manifest *manifest, size_t i)
{
	for (size_t j = i + 1; j < manifest->count; j++)
		if (strcmp(manifest->layers[j].diff_id,
			manifest->layers[i].diff_id) == 0)
			return true;
	return false;
}

static void
write_layers(const struct store *store, const struct manifest *manifest)
{
	FILE *f = create(store, manifest->id, "layers");

	for (size_t i = manifest->count; i-- > 0;) {
		const char *layer = manifest->layers[i].diff_id;

		if (!is_above(manifest, i))
			fprintf(f, "%s\n", layer);
		if (hides_all(store, layer))
			break;
	}
	finish(f, "layers");
}

static void
write_blobs(const struct store *store, const struct manifest *manifest)
{
	FILE *f = create(store, manifest->id, "blobs");

	fprintf(f, "%s\n%s\n", manifest->digest, manifest->id);
	for (size_t i = 0; i < manifest->count; i++)
		fprintf(f, "%s\n", manifest->layers[i].blob);
	finish(f, "blobs");
}

static void
put(FILE *f, const char *key, const char *value)
{
	fprintf(f, "%s=%s", key, value);
	putc('\0', f);
}

static void
put_text(FILE *f, struct json_object *config, const char *key, const char *as)
{
	const char *text = document_text(config, key, what);

	if (text != NULL && text[0] != '\0')
		put(f, as, text);
}

static void
put_list(FILE *f, struct json_object *config, const char *key, const char *as)
{
	struct json_object *list =
	    document_get(config, key, json_type_array, what);

	for (size_t i = 0; list != NULL && i < json_object_array_length(list);
	     i++)
		put(f, as,
		    document_string(json_object_array_get_idx(list, i), what));
}

/*
 * A set is an object whose members mean nothing, only their names.  suffix: to
 * be completed by this, unless there is a "/".
 */
static void
put_set(FILE *f, struct json_object *config, const char *key, const char *as,
    const char *suffix)
{
	struct json_object *set =
	    document_get(config, key, json_type_object, what);
	struct json_object_iterator at, end;

	if (set == NULL)
		return;
	at = json_object_iter_begin(set);
	end = json_object_iter_end(set);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);

		fprintf(f, "%s=%s%s", as, name,
		    strchr(name, '/') == NULL ? suffix : "");
		putc('\0', f);
	}
}

static void
write_run(const struct store *store, const struct manifest *manifest)
{
	struct json_object *config =
	    document_get(manifest->config, "config", json_type_object, what);
	FILE *f = create(store, manifest->id, "run");

	put_list(f, config, "Entrypoint", "ENTRYPOINT");
	put_list(f, config, "Cmd", "CMD");
	put_list(f, config, "Env", "ENV");
	put_text(f, config, "WorkingDir", "WORKDIR");
	put_text(f, config, "User", "USER");
	put_text(f, config, "StopSignal", "STOPSIGNAL");
	put_set(f, config, "Volumes", "VOLUME", "");
	put_set(f, config, "ExposedPorts", "PORT", "/tcp");
	finish(f, "run");
}

void
record_write(const struct store *store, const struct manifest *manifest)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/images/%s", store->tmp, manifest->id);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		err(EXIT_OWN, "%s", path);
	write_layers(store, manifest);
	write_blobs(store, manifest);
	write_run(store, manifest);

	/* Until it has its names: see undo.h. */
	finish(create(store, manifest->id, "new"), "new");
}
