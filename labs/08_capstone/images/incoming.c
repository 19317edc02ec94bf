/* incoming.c - a blob of the workshop that grows, until its name is known. */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "incoming.h"
#include "progress.h"

static void
incoming_path(const struct store *store, char path[PATH_MAX])
{
	file_path(path, PATH_MAX, "%s/incoming", store->tmp);
}

void
incoming_begin(struct incoming *in, const struct store *store)
{
	char path[PATH_MAX];

	incoming_path(store, path);
	in->store = store;
	in->digest = digest_begin();
	in->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (in->fd == -1)
		err(EXIT_OWN, "%s", path);
}

void
incoming_add(struct incoming *in, const char *data, size_t size)
{
	ssize_t n;

	digest_add(in->digest, data, size);
	for (; size > 0; data += n, size -= (size_t)n) {
		n = write(in->fd, data, size);
		if (n == -1)
			err(EXIT_OWN, "%s", in->store->tmp);
	}
	progress_step();
}

void
incoming_end(struct incoming *in, char hex[DIGEST_HEX])
{
	char old[PATH_MAX], new[PATH_MAX];

	digest_end(in->digest, hex);
	incoming_path(in->store, old);
	file_path(new, sizeof(new), "%s/blobs/%s", in->store->tmp, hex);
	if (close(in->fd) == -1 || rename(old, new) == -1)
		err(EXIT_OWN, "%s", new);
}
