/* index.c - the list of images that other tools read. */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"
#include "exit.h"
#include "file.h"
#include "index.h"
#include "ref.h"

const char index_layout[] = "{\"imageLayoutVersion\":\"1.0.0\"}";

/* The names are checked and so need no escapes. */
static void
put_entry(FILE *f, const char *manifest, int64_t size, const char *ref)
{
	char full[REF_FULL];

	fprintf(f,
	    "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
	    "\"digest\":\"sha256:%s\",\"size\":%" PRId64,
	    manifest, size);
	if (ref != NULL) {
		ref_full(full, ref);
		fprintf(f,
		    ",\"annotations\":{\"io.containerd.image.name\":\"%s\","
		    "\"org.opencontainers.image.ref.name\":\"%s\"}",
		    full, ref);
	}
	putc('}', f);
}

static FILE *
begin(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	fputs("{\"schemaVersion\":2,\"manifests\":[", f);
	return f;
}

static void
end(FILE *f)
{
	fputs("]}", f);
	if (fclose(f) == EOF)
		err(EXIT_OWN, "index.json");
}

char *
index_of_one(const char *manifest, int64_t size, const char *ref)
{
	char *text;
	size_t length;
	FILE *f = begin(&text, &length);

	put_entry(f, manifest, size, ref);
	end(f);
	return text;
}

char *
index_for_docker(char *const blobs[], size_t count, const char *ref)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	fprintf(f, "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":", blobs[1]);
	if (ref != NULL)
		fprintf(f, "[\"%s\"]", ref);
	else
		fputs("null", f);
	fputs(",\"Layers\":[", f);
	for (size_t i = 2; i < count; i++)
		fprintf(f, "%s\"blobs/sha256/%s\"", i > 2 ? "," : "", blobs[i]);
	fputs("]}]", f);
	if (fclose(f) == EOF)
		err(EXIT_OWN, "manifest.json");
	return text;
}

static void
put_name(FILE *f, const struct store *store, const char *file, bool *first)
{
	char ref[REF_SIZE], path[PATH_MAX], hex[DIGEST_HEX], manifest[256];
	struct stat st;
	ssize_t n;
	FILE *blobs;

	file_path(path, sizeof(path), "%s/names/%s", store->dir, file);
	n = readlink(path, hex, sizeof(hex));
	if (n != DIGEST_HEX - 1)
		return;
	hex[n] = '\0';
	file_path(path, sizeof(path), "%s/images/%s/blobs", store->dir, hex);
	blobs = fopen(path, "re");
	if (blobs == NULL || fgets(manifest, sizeof(manifest), blobs) == NULL)
		err(EXIT_OWN, "%s", path);
	fclose(blobs);
	manifest[strcspn(manifest, "\n")] = '\0';
	file_path(
	    path, sizeof(path), "%s/oci/blobs/sha256/%s", store->dir, manifest);
	if (stat(path, &st) == -1)
		err(EXIT_OWN, "%s", path);
	strlcpy(ref, file, sizeof(ref));
	ref_from_file(ref);
	if (!*first)
		putc(',', f);
	*first = false;
	put_entry(f, manifest, st.st_size, ref);
}

static void
replace(const struct store *store, const char *name, const char *text)
{
	char path[PATH_MAX], new[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/oci/%s", store->dir, name);
	file_path(new, sizeof(new), "%s/oci/%s.new", store->dir, name);
	if (file_create(new, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);

	/* After a power cut it would be empty otherwise. */
	fd = open(new, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1 || rename(new, path) == -1)
		err(EXIT_OWN, "%s", path);
	close(fd);
}

void
index_write(const struct store *store)
{
	char path[PATH_MAX], *text;
	const struct dirent *entry;
	size_t size;
	bool first = true;
	FILE *f = begin(&text, &size);
	DIR *d;

	file_path(path, sizeof(path), "%s/names", store->dir);
	d = opendir(path);
	if (d == NULL)
		err(EXIT_OWN, "%s", path);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			put_name(f, store, entry->d_name, &first);
	closedir(d);
	end(f);
	replace(store, "index.json", text);
	replace(store, "oci-layout", index_layout);
	free(text);
}
