/* scratch.c - the files of the demonstration, and what became of them. */

#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/stat.h>

#include <err.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dir.h"
#include "exit.h"
#include "file.h"
#include "scratch.h"
#include "tree.h"

void
make_file(const char *path, const char *text)
{
	if (file_create(path, text, 0644) == -1)
		err(EXIT_OWN, "%s", path);
}

bool
has_text(const char *path, const char *expected)
{
	char text[64];

	return file_read(path, text, sizeof(text)) != -1 &&
	    strcmp(text, expected) == 0;
}

bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

void
scratch_make_layers(void)
{
	static const char *const dir[] = { "base", "base/doc", "base/etc",
		"app", "init", "init/etc", "up", "work", "merged", "flat" };

	for (size_t i = 0; i < sizeof(dir) / sizeof(dir[0]); i++)
		dir_make(dir[i]);
	make_file("base/release", "base");
	make_file("base/doc/intro", "read me");
	make_file("base/doc/license", "as is");
	make_file("base/etc/motd", "welcome");
	make_file("base/big", "");
	if (truncate("base/big", SCRATCH_BIG) == -1)
		err(EXIT_OWN, "base/big");
	make_file("app/release", "app");
	make_file("init/etc/hosts", "127.0.0.1 boxed");
}

static void
walk(const char *path, int (*visit)(FTSENT *p, const char *name, void *arg),
    void *arg)
{
	if (tree_walk(path, visit, arg) == -1)
		err(EXIT_OWN, "%s", path);
}

/* FNV-1a, enough to notice a change. */
static void
hash(uint64_t *sum, const void *data, size_t size)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < size; i++)
		*sum = (*sum ^ byte[i]) * 0x100000001b3;
}

static int
hash_file(FTSENT *p, const char *name, void *sum)
{
	const struct stat *st = p->fts_statp;
	char data[4096];
	FILE *f;
	size_t n;

	hash(sum, name, strlen(name));
	hash(sum, &st->st_mode, sizeof(st->st_mode));
	hash(sum, &st->st_mtim, sizeof(st->st_mtim));
	if (p->fts_info != FTS_F)
		return 0;
	f = fopen(p->fts_path, "re");
	if (f == NULL)
		return -1;
	while ((n = fread(data, 1, sizeof(data), f)) > 0)
		hash(sum, data, n);
	fclose(f);
	return 0;
}

uint64_t
scratch_hash_layers(void)
{
	uint64_t sum = 0;

	walk("init", hash_file, &sum);
	walk("app", hash_file, &sum);
	walk("base", hash_file, &sum);
	return sum;
}

static int
add_size(FTSENT *p, const char *name, void *bytes)
{
	(void)name;
	if (p->fts_info == FTS_F)
		*(off_t *)bytes += p->fts_statp->st_size;
	return 0;
}

off_t
scratch_size(const char *path)
{
	off_t bytes = 0;

	walk(path, add_size, &bytes);
	return bytes;
}
