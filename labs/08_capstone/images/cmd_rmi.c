/* cmd_rmi.c - "box rmi" and "box tag": the names of images, and their end. */

#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "about.h"
#include "commands.h"
#include "exit.h"
#include "file.h"
#include "options.h"
#include "ref.h"
#include "shown.h"
#include "store_order.h"

struct removal {
	bool force; /* all names of an image that is given by its id */
};

static const struct option_row rows[] = {
	{ "force", 'f', NULL, "with an id: all names that it has", NULL,
	    offsetof(struct removal, force) },
	{ 0 },
};
static const struct option_group options_removal = { "Removal", rows };

static void
refuse_if_used(const struct store *store, const char *id, const char *name)
{
	const char *user = store_user(store, id);

	if (user != NULL)
		errx(EXIT_OWN, "%s: container %s is made of it (box rm %s)",
		    shown(name), user, user);
}

static void
remove_name(const struct store *store, const char *ref)
{
	char file[REF_SIZE], path[PATH_MAX];

	strlcpy(file, ref, sizeof(file));
	ref_to_file(file);
	file_path(path, sizeof(path), "%s/names/%s", store->dir, file);
	if (unlink(path) == -1)
		err(EXIT_OWN, "%s", path);
	printf("Untagged: %s\n", ref);
}

static void
remove_one(
    const struct store *store, const struct removal *removal, const char *name)
{
	char id[DIGEST_HEX], ref[REF_SIZE];
	struct about about;
	bool by_name = false;

	store_need(store, name, id);
	about_read(&about, store, id);
	about_read_names(&about, store);
	if (ref_parse(ref, name))
		for (size_t i = 0; i < about.name_count; i++)
			by_name = by_name || strcmp(about.names[i], ref) == 0;
	if (!by_name && about.name_count > 1 && !removal->force)
		errx(EXIT_OWN, "%s: has %zu names (-f removes them all)",
		    shown(name), about.name_count);
	if (!by_name || about.name_count == 1)
		refuse_if_used(store, id, name);
	order_begin(store, "");
	for (size_t i = 0; i < about.name_count; i++)
		if (!by_name || strcmp(about.names[i], ref) == 0)
			remove_name(store, about.names[i]);
	if (!by_name || about.name_count == 1) {
		order_remove(store, id);
		order_restore(store);
		printf("Deleted: sha256:%s\n", id);
	} else {
		order_end(store);
	}
	about_free(&about);
}

int
cmd_rmi(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options_removal,
		NULL };
	struct removal removal = { 0 };
	struct store store;
	int first = options_read(
	    argc, argv, groups, "rmi [options] image ...", &removal);

	if (first == argc)
		errx(EXIT_OWN, "usage: box rmi [options] image ...");
	begin_command(&store);

	/* Without a workshop: a full disk has no room for one. */
	store_lock(&store);
	for (int i = first; i < argc; i++)
		remove_one(&store, &removal, argv[i]);
	store_unlock(&store);
	return 0;
}

int
cmd_tag(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct store store;
	char id[DIGEST_HEX], ref[REF_SIZE];
	int first = options_read(argc, argv, groups, "tag image name", NULL);

	if (argc - first != 2)
		errx(EXIT_OWN, "usage: box tag image name");
	if (!ref_parse(ref, argv[first + 1]))
		errx(EXIT_OWN, "%s: not a name for an image",
		    shown(argv[first + 1]));
	begin_command(&store);
	store_lock(&store);
	store_need(&store, argv[first], id);
	order_begin(&store, "");
	order_name(&store, ref, id);
	order_end(&store);
	store_unlock(&store);
	return 0;
}
