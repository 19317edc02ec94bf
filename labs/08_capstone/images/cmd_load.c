/* cmd_load.c - "box load": images from a file or a directory. */

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "add.h"
#include "commands.h"
#include "document.h"
#include "exit.h"
#include "options.h"
#include "progress.h"
#include "ref.h"
#include "shown.h"
#include "size.h"

#define FULL_NAME "io.containerd.image.name"
#define REF_NAME "org.opencontainers.image.ref.name"

static void
set_tag(const char *text, void *to)
{
	struct intake *intake = to;
	char ref[REF_SIZE];

	if (!ref_parse(ref, text))
		errx(EXIT_OWN, "-t %s: not a name for an image", text);
	intake->tag = text;
}

static void
set_limit(const char *text, void *to)
{
	struct intake *intake = to;

	if (size_parse(text, &intake->limits.bytes) == -1)
		errx(EXIT_OWN, "--limit %s: not a size", text);
}

static const struct option_row rows[] = {
	{ "tag", 't', "NAME", "the image's name here", set_tag, 0 },
	{ "limit", 0, "SIZE", "what it may unpack to: else 64G", set_limit, 0 },
	{ 0 },
};

const struct option_group options_intake = { "Images", rows };
const struct intake intake_default = {
	.limits = { .bytes = UNPACK_BYTES,
	    .entries = UNPACK_ENTRIES,
	    .paths = UNPACK_PATHS },
};

/* "latest", "3.19" or "v2": what nobody means as a name. */
static bool
is_bare_tag(const char *text)
{
	return strcmp(text, "latest") == 0 ||
	    (strpbrk(text, "/:") == NULL &&
		isdigit((unsigned char)text[text[0] == 'v']));
}

/* The last part of a path, without what says that it is an archive. */
static void
name_of_path(char base[REF_SIZE], const char *path)
{
	static const char *const endings[] = { ".gz", ".tgz", ".zst", ".bz2",
		".xz", ".tar", ".oci" };
	const char *slash = strrchr(path, '/');

	strlcpy(base, slash != NULL ? slash + 1 : path, REF_SIZE);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t end = strlen(base), length = strlen(endings[i]);

		if (end > length &&
		    strcmp(base + end - length, endings[i]) == 0)
			base[end - length] = '\0';
	}
}

/*
 * The name of an image in an OCI layout.  The specification has no more than a
 * tag there, other tools a whole name.  What can only be a tag is one of the
 * layout's own name; where that has none, as standard input, the image gets no
 * name.
 */
static void
name_from(struct added *added, struct json_object *entry, const char *path)
{
	static const char what[] = "index.json";
	struct json_object *notes =
	    document_get(entry, "annotations", json_type_object, what);
	const char *name = document_text(notes, FULL_NAME, what);
	char base[REF_SIZE], whole[2 * REF_SIZE];

	if (name == NULL)
		name = document_text(notes, REF_NAME, what);
	if (name == NULL)
		return;
	if (is_bare_tag(name)) {
		name_of_path(base, path);
		if (base[0] == '\0')
			return;
		snprintf(whole, sizeof(whole), "%s:%s", base, name);
		name = whole;
	}
	add_name(added, name);
}

/* Does the layout name its images, or is it one for several machines? */
static bool
has_names(struct json_object *list)
{
	static const char what[] = "index.json";

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *notes =
		    document_get(json_object_array_get_idx(list, i),
			"annotations", json_type_object, what);

		if (document_text(notes, REF_NAME, what) != NULL ||
		    document_text(notes, FULL_NAME, what) != NULL)
			return true;
	}
	return false;
}

static void
add_entry(struct adding *adding, struct json_object *entry)
{
	struct added *added = add_image(adding);
	char path[PATH_MAX];

	manifest_read(&added->manifest, adding->source,
	    document_digest(entry, "index.json"));
	if (realpath(adding->source->path, path) == NULL)
		path[0] = '\0';
	name_from(added, entry, path);
}

/* What has no image may have some in a list of docker's beside its own. */
static void
read_layout(struct adding *adding, const char *index, bool beside)
{
	static const char what[] = "index.json";
	struct json_object *document =
	    document_read(store_blob(adding->store, index), what);
	struct json_object *list =
	    document_get(document, "manifests", json_type_array, what);

	if ((list == NULL || json_object_array_length(list) == 0) && beside) {
		json_object_put(document);
		return;
	}
	if (list == NULL || json_object_array_length(list) == 0)
		errx(EXIT_OWN, "%s: no image in it", adding->source->path);
	if (!has_names(list))
		add_entry(adding, manifest_choose(list, what));
	else
		for (size_t i = 0; i < json_object_array_length(list); i++) {
			struct json_object *entry =
			    json_object_array_get_idx(list, i);

			if (manifest_suits(entry, what))
				add_entry(adding, entry);
		}
	if (adding->count == 0)
		manifest_refuse_index(what);
	json_object_put(document);
}

/* Is the last of the images among the first n? */
static bool
is_known(const struct adding *adding, size_t n)
{
	const char *id = adding->images[adding->count - 1].manifest.id;

	for (size_t i = 0; i < n; i++)
		if (strcmp(adding->images[i].manifest.id, id) == 0)
			return true;
	return false;
}

/*
 * What "docker save" has always written.  Today it writes a layout as well, but
 * of several images without names that has one, and this has all.
 */
static void
read_docker(struct adding *adding, const char *index)
{
	static const char what[] = "manifest.json";
	size_t before = adding->count;
	struct json_object *list =
	    document_read(store_blob(adding->store, index), what);

	if (!json_object_is_type(list, json_type_array))
		errx(EXIT_OWN, "%s: not a list", what);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *element =
		    json_object_array_get_idx(list, i);
		struct json_object *tags =
		    document_get(element, "RepoTags", json_type_array, what);
		struct added *added = add_image(adding);

		manifest_convert(&added->manifest, adding->source, element);
		if (is_known(adding, before)) {
			adding->count--;
			continue;
		}
		for (size_t j = 0;
		     tags != NULL && j < json_object_array_length(tags); j++)
			add_name(added,
			    document_string(
				json_object_array_get_idx(tags, j), what));
	}
	json_object_put(list);
}

void
load_from(struct store *store, const char *path, const struct intake *intake)
{
	struct source source;
	struct adding adding = {
		.store = store, .source = &source, .limits = intake->limits
	};
	char index[DIGEST_HEX], list[DIGEST_HEX];
	bool layout, docker;

	source_open(&source, store, path, intake->limits.bytes);
	layout = source_take(&source, "index.json", index);
	docker = source_take(&source, "manifest.json", list);
	if (layout)
		read_layout(&adding, index, docker);
	if (docker)
		read_docker(&adding, list);
	if (!layout && !docker)
		errx(EXIT_OWN,
		    "%s: neither an OCI layout nor made by docker save (box "
		    "import takes a root file system)",
		    source.path);
	if (intake->tag != NULL && adding.count != 1)
		errx(EXIT_OWN, "-t: %s has %zu images", source.path,
		    adding.count);
	if (intake->tag != NULL) {
		adding.images[0].name_count = 0;
		add_name(&adding.images[0], intake->tag);
	}
	add_all(&adding);
	source_close(&source);
}

int
cmd_load(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_intake,
		NULL };
	struct intake intake = intake_default;
	struct store store;
	int first = options_read(
	    argc, argv, groups, "load [options] file|directory|-", &intake);

	if (argc - first != 1)
		errx(EXIT_OWN, "usage: box load [options] file|directory|-");
	begin_command(&store);
	store_workshop(&store);
	load_from(&store, argv[first], &intake);
	return 0;
}
