/* manifest.c - what an image is made of, in either of the two formats. */

#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/utsname.h>

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "document.h"
#include "exit.h"
#include "manifest.h"
#include "options.h"
#include "shown.h"

#define OCI "application/vnd.oci.image."
#define DOCKER "application/vnd.docker.distribution."
#define MANIFEST_TYPE OCI "manifest.v1+json"
#define MOST_LAYERS 219 /* box adds one: see overlay_mount() */
#define DEEPEST 3 /* an index of indexes */

const char *
manifest_architecture(void)
{
	static const char *const names[][2] = { { "x86_64", "amd64" },
		{ "aarch64", "arm64" }, { "armv7l", "arm" },
		{ "i686", "386" } };
	static struct utsname name;

	if (uname(&name) == -1)
		err(EXIT_OWN, "uname");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name.machine, names[i][0]) == 0)
			return names[i][1];
	return name.machine;
}

static bool
equal(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

bool
manifest_suits(struct json_object *entry, const char *what)
{
	static const char *const types[] = { MANIFEST_TYPE, OCI "index.v1+json",
		DOCKER "manifest.v2+json", DOCKER "manifest.list.v2+json" };
	const char *type = document_text(entry, "mediaType", what);
	struct json_object *platform =
	    document_get(entry, "platform", json_type_object, what);
	bool known = type == NULL || type[0] == '\0';

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		known = known || equal(type, types[i]);
	if (!known || document_text(entry, "artifactType", what) != NULL)
		return false;
	return platform == NULL ||
	    (equal(document_text(platform, "os", what), "linux") &&
		equal(document_text(platform, "architecture", what),
		    manifest_architecture()));
}

void
manifest_refuse_index(const char *what)
{
	errx(EXIT_OWN, "%s: no image for linux/%s in it", what,
	    manifest_architecture());
}

/* The first that says it is for us; without one, the only that may be. */
struct json_object *
manifest_choose(struct json_object *manifests, const char *what)
{
	struct json_object *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < json_object_array_length(manifests); i++) {
		struct json_object *entry =
		    json_object_array_get_idx(manifests, i);

		if (!manifest_suits(entry, what))
			continue;
		if (document_get(entry, "platform", json_type_object, what) !=
		    NULL)
			return entry;
		found = entry;
		count++;
	}
	if (count != 1)
		manifest_refuse_index(what);
	return found;
}

/* The digests of the unpacked layers are in the configuration alone. */
static void
read_config(struct manifest *manifest, const struct store *store)
{
	static const char what[] = "the image's configuration";
	struct json_object *rootfs, *ids;
	const char *os, *architecture;

	manifest->config = document_read(store_blob(store, manifest->id), what);
	rootfs =
	    document_get(manifest->config, "rootfs", json_type_object, what);
	ids = document_get(rootfs, "diff_ids", json_type_array, what);
	if (ids == NULL || json_object_array_length(ids) != manifest->count)
		errx(EXIT_OWN, "%s: has not as many layers as the manifest",
		    what);
	for (size_t i = 0; i < manifest->count; i++) {
		const char *hex = digest_parse(
		    document_string(json_object_array_get_idx(ids, i), what));

		if (hex == NULL)
			errx(EXIT_OWN, "%s: a diff_id is no digest", what);
		strlcpy(manifest->layers[i].diff_id, hex, DIGEST_HEX);
	}
	os = document_text(manifest->config, "os", what);
	if (os != NULL && os[0] != '\0' && strcmp(os, "linux") != 0)
		errx(EXIT_OWN, "%s: is for %s, not for linux", what, shown(os));
	architecture = document_text(manifest->config, "architecture", what);
	if (architecture != NULL && architecture[0] != '\0' &&
	    strcmp(architecture, manifest_architecture()) != 0)
		warnx("the image is for %s, this machine is %s",
		    shown(architecture), manifest_architecture());
}

struct layer *
manifest_add_layer(struct manifest *manifest)
{
	if (manifest->count == MOST_LAYERS)
		errx(
		    EXIT_OWN, "the image has more than %d layers", MOST_LAYERS);
	manifest->layers = options_grow(
	    manifest->layers, manifest->count, sizeof(*manifest->layers));
	return &manifest->layers[manifest->count++];
}

static void
read_layers(
    struct manifest *manifest, struct json_object *layers, const char *what)
{
	if (layers == NULL)
		errx(EXIT_OWN, "%s: no layers", what);
	for (size_t i = 0; i < json_object_array_length(layers); i++)
		strlcpy(manifest_add_layer(manifest)->blob,
		    document_digest(json_object_array_get_idx(layers, i), what),
		    DIGEST_HEX);
}

void
manifest_read(struct manifest *manifest, struct source *source, const char *hex)
{
	static const char what[] = "the image's manifest";
	struct json_object *document = NULL, *list;
	char digest[DIGEST_HEX];
	const char *type;

	*manifest = (struct manifest){ 0 };
	strlcpy(digest, hex, sizeof(digest));
	for (int depth = 0;; depth++) {
		source_need(source, digest);
		document =
		    document_read(store_blob(source->store, digest), what);
		list =
		    document_get(document, "manifests", json_type_array, what);
		if (list == NULL)
			break;
		if (depth == DEEPEST)
			errx(EXIT_OWN, "%s: too many indexes", what);
		strlcpy(digest,
		    document_digest(manifest_choose(list, what), what),
		    sizeof(digest));
		json_object_put(document);
	}
	strlcpy(manifest->digest, digest, DIGEST_HEX);
	strlcpy(manifest->id,
	    document_digest(
		document_get(document, "config", json_type_object, what), what),
	    DIGEST_HEX);
	source_need(source, manifest->id);
	read_layers(manifest,
	    document_get(document, "layers", json_type_array, what), what);
	read_config(manifest, source->store);

	/* Others than OCI's become OCI's, so that one kind is in the store. */
	type = document_text(document, "mediaType", what);
	if (type != NULL && strcmp(type, MANIFEST_TYPE) != 0) {
		for (size_t i = 0; i < manifest->count; i++)
			source_need(source, manifest->layers[i].blob);
		manifest_make(manifest, source->store);
	}
	json_object_put(document);
}

/* A path as manifest.json has it, in the words of the source. */
static void
take(struct source *source, const char *raw, char hex[DIGEST_HEX])
{
	char name[PATH_MAX];

	if (raw == NULL || beneath_clean(name, raw) == -1 ||
	    !source_take(source, name, hex))
		errx(EXIT_OWN, "%s: manifest.json: no file %s", source->path,
		    raw != NULL ? shown(raw) : "named");
}

void
manifest_convert(struct manifest *manifest, struct source *source,
    struct json_object *element)
{
	static const char what[] = "manifest.json";
	const char *config = document_text(element, "Config", what);
	struct json_object *layers =
	    document_get(element, "Layers", json_type_array, what);
	char named[DIGEST_HEX];

	*manifest = (struct manifest){ 0 };
	take(source, config, manifest->id);

	/* Here a configuration is called HEX.json. */
	if (strlcpy(named, config, sizeof(named)) ==
		DIGEST_HEX - 1 + strlen(".json") &&
	    digest_is_hex(named) && strcmp(named, manifest->id) != 0)
		errx(EXIT_OWN, "%s: its digest is another, %s", shown(config),
		    manifest->id);
	for (size_t i = 0;
	     layers != NULL && i < json_object_array_length(layers); i++)
		take(source,
		    document_string(json_object_array_get_idx(layers, i), what),
		    manifest_add_layer(manifest)->blob);
	read_config(manifest, source->store);
	manifest_make(manifest, source->store);
}

static const char *
layer_type(int fd)
{
	unsigned char magic[4] = { 0 };

	if (pread(fd, magic, sizeof(magic), 0) == -1)
		err(EXIT_OWN, "blob");
	if (magic[0] == 0x1f && magic[1] == 0x8b)
		return OCI "layer.v1.tar+gzip";
	if (memcmp(magic, "\x28\xb5\x2f\xfd", sizeof(magic)) == 0)
		return OCI "layer.v1.tar+zstd";
	return OCI "layer.v1.tar";
}

/* What a manifest says of a blob. */
static struct json_object *
describe(const struct store *store, const char *hex, const char *type)
{
	char digest[DIGEST_HEX + 8];
	struct json_object *descriptor;
	struct stat st;
	int fd = store_blob(store, hex);

	if (fstat(fd, &st) == -1)
		err(EXIT_OWN, "blob");
	snprintf(digest, sizeof(digest), "sha256:%s", hex);
	descriptor =
	    document_new("mediaType", type != NULL ? type : layer_type(fd),
		"digest", digest, (char *)NULL);
	json_object_object_add(
	    descriptor, "size", json_object_new_int64(st.st_size));
	close(fd);
	return descriptor;
}

void
manifest_make(struct manifest *manifest, const struct store *store)
{
	struct json_object *document = json_object_new_object();
	struct json_object *layers = json_object_new_array();
	const char *text;
	size_t size;

	json_object_object_add(
	    document, "schemaVersion", json_object_new_int(2));
	json_object_object_add(
	    document, "mediaType", json_object_new_string(MANIFEST_TYPE));
	json_object_object_add(document, "config",
	    describe(store, manifest->id, OCI "config.v1+json"));
	for (size_t i = 0; i < manifest->count; i++)
		json_object_array_add(
		    layers, describe(store, manifest->layers[i].blob, NULL));
	json_object_object_add(document, "layers", layers);
	text = document_print(document, &size);
	source_text(store, text, size, manifest->digest);
	json_object_put(document);
}
