/* cmd_import.c - "box import": a root file system becomes an image. */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "add.h"
#include "commands.h"
#include "document.h"
#include "exit.h"
#include "layer.h"
#include "options.h"
#include "progress.h"
#include "stream.h"

/* Images may travel plain, with gzip, or with zstd, and not otherwise. */
static bool
may_travel(const char magic[4])
{
	static const char *const others[] = { "BZh",
		"\xfd"
		"7zX" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (memcmp(magic, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

/* The tar that is in a blob, as another blob. */
static void
decompress(const struct store *store, char hex[DIGEST_HEX], uint64_t limit)
{
	struct stream stream;
	int fd = store_blob(store, hex);

	stream_begin(&stream, fd, true, limit);
	source_copy(store, stream.tar, "tar", hex);
	stream_end(&stream, hex);
	close(fd);
}

/* The blob of the archive as it is, or as images want it. */
static void
take_archive(const struct store *store, const char *path, char hex[DIGEST_HEX],
    uint64_t limit)
{
	bool input = strcmp(path, "-") == 0;
	int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char magic[4] = { 0 };

	if (fd == -1)
		err(EXIT_OWN, "%s", path);
	progress_begin(path, 0);
	if (source_copy(store, fd, path, hex) == 0)
		errx(EXIT_OWN, "%s: is empty", path);
	progress_end();
	if (!input)
		close(fd);
	fd = store_blob(store, hex);
	if (read(fd, magic, sizeof(magic)) == -1)
		err(EXIT_OWN, "%s", path);
	close(fd);
	if (!may_travel(magic))
		decompress(store, hex, limit);
}

/* A configuration that says no more than what is known. */
static void
make_config(const struct store *store, struct manifest *manifest)
{
	char now[32], diff_id[DIGEST_HEX + 8];
	const char *text;
	struct json_object *rootfs, *list, *config;
	time_t seconds = time(NULL);
	struct tm tm;
	size_t size;

	strftime(
	    now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
	snprintf(
	    diff_id, sizeof(diff_id), "sha256:%s", manifest->layers[0].diff_id);
	config = document_new("created", now, "architecture",
	    manifest_architecture(), "os", "linux", (char *)NULL);
	json_object_object_add(config, "config", json_object_new_object());
	rootfs = document_new("type", "layers", (char *)NULL);
	list = json_object_new_array();
	json_object_array_add(list, json_object_new_string(diff_id));
	json_object_object_add(rootfs, "diff_ids", list);
	json_object_object_add(config, "rootfs", rootfs);
	list = json_object_new_array();
	json_object_array_add(list,
	    document_new(
		"created", now, "created_by", "box import", (char *)NULL));
	json_object_object_add(config, "history", list);
	text = document_print(config, &size);
	source_text(store, text, size, manifest->id);
	manifest->config = config;
}

static void
set_tag(const char *text, void *to)
{
	options_intake.rows[0].set(text, to);
}

int
cmd_import(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_intake,
		NULL };
	struct intake intake = intake_default;
	struct store store;
	struct adding adding = { .store = &store };
	struct added *added;
	struct layer layer = { .diff_id = "" };
	int first = options_read(
	    argc, argv, groups, "import [options] tar|- [name]", &intake);

	if (argc - first < 1 || argc - first > 2)
		errx(EXIT_OWN, "usage: box import [options] tar|- [name]");
	if (argc - first == 2)
		set_tag(argv[first + 1], &intake);
	begin_command(&store);
	store_workshop(&store);
	adding.limits = intake.limits;
	take_archive(&store, argv[first], layer.blob, intake.limits.bytes);
	layer_unpack(&store, layer.blob, true, layer.diff_id, "unpacking",
	    &adding.limits);
	added = add_image(&adding);
	added->manifest.layers = &layer;
	added->manifest.count = 1;
	make_config(&store, &added->manifest);
	manifest_make(&added->manifest, &store);
	if (intake.tag != NULL)
		add_name(added, intake.tag);
	add_all(&adding);
	return 0;
}
