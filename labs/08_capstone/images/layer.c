/* layer.c - one layer, from its blob into the workshop. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "layer.h"
#include "progress.h"
#include "stream.h"

static bool
is_there(const struct store *store, const char *diff_id)
{
	return diff_id[0] != '\0' &&
	    (store_made(store, "layers", diff_id) ||
		store_has(store, "layers", diff_id));
}

/* It is complete: give it its name, and note its size. */
static void
keep(const struct store *store, const char *path, const char *diff_id,
    uint64_t bytes)
{
	char new[PATH_MAX], text[32];

	if (store_made(store, "layers", diff_id))
		return; /* the same layer twice in one image */
	file_path(new, sizeof(new), "%s/sizes/%s", store->tmp, diff_id);
	snprintf(text, sizeof(text), "%" PRIu64 "\n", bytes);
	if (file_create(new, text, 0644) == -1)
		err(EXIT_OWN, "%s", new);
	file_path(new, sizeof(new), "%s/layers/%s", store->tmp, diff_id);
	if (rename(path, new) == -1)
		err(EXIT_OWN, "%s", new);
}

void
layer_unpack(const struct store *store, const char *blob, bool any,
    char diff_id[DIGEST_HEX], const char *text, struct unpack_limits *limits)
{
	const char *label = diff_id[0] != '\0' ? diff_id : blob;
	char path[PATH_MAX];
	struct stream stream;
	struct stat st;
	uint64_t bytes;
	int fd, root;

	if (is_there(store, diff_id))
		return;
	file_path(path, sizeof(path), "%s/layer", store->tmp);
	if (file_remove_tree(path) == -1 || mkdir(path, 0755) == -1)
		err(EXIT_OWN, "%s", path);
	root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root == -1)
		err(EXIT_OWN, "%s", path);
	fd = store_blob(store, blob);
	if (fstat(fd, &st) == -1)
		err(EXIT_OWN, "blob");
	progress_begin(text, (uint64_t)st.st_size);
	stream_begin(&stream, fd, any, limits->bytes);
	bytes = unpack(&stream, root, label, limits);
	stream_end(&stream, label);
	progress_end();
	close(fd);
	if (diff_id[0] != '\0' && strcmp(diff_id, stream.diff_id) != 0)
		errx(EXIT_OWN,
		    "layer %.12s: what is in it has another digest, "
		    "%s",
		    label, stream.diff_id);
	strlcpy(diff_id, stream.diff_id, DIGEST_HEX);
	keep(store, path, diff_id, bytes);
}

void
layer_tell_losses(const struct losses *losses)
{
	if (losses->owner)
		warnx("files of ids that you do not have are root's now "
		      "(/etc/subuid and /etc/subgid give ids)");
	if (losses->device)
		warnx("left out device files: only root makes them");
	if (losses->attribute)
		warnx("left out extended attributes that are refused here");
}
