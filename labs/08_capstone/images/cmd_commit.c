/*
 * cmd_commit.c - "box commit": what a container has changed, as a layer.
 *
 * box has found the container and keeps it still; here its writable layer
 * becomes an archive, and the image one with a layer more.
 */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "add.h"
#include "change.h"
#include "commands.h"
#include "commit.h"
#include "commit_config.h"
#include "exit.h"
#include "options.h"
#include "pack.h"
#include "progress.h"

/* What rootfs.c and hosts.c make for each container anew: see there. */
static const char *const init_layer[] = { "etc/hosts", "etc/hosts.d",
	"etc/hostname", "etc/resolv.conf", "etc/mtab", NULL };
static const char *const nothing[] = { NULL };

static int hold = -1;

/* box's process that keeps the container still lets it go, and ends. */
static void
let_go(void)
{
	if (hold == -1)
		return;
	close(hold);
	hold = -1;
	while (wait(NULL) > 0)
		;
}

static void
keep_hold(const char *number)
{
	const char *why;

	hold = (int)strtonum(number, 0, INT_MAX, &why);
	if (why != NULL)
		errx(EXIT_OWN, "box-image: started by box, not by hand");
	atexit(let_go);
}

static void
read_words(int argc, char *argv[], struct commit *commit)
{
	const struct {
		const char *key;
		const char **text;
	} texts[] = { { "HOLD=", &commit->hold }, { "BASE=", &commit->base },
		{ "UPPER=", &commit->upper }, { "NAME=", &commit->name },
		{ "IMAGE=", &commit->image }, { "BY=", &commit->created_by },
		{ "AUTHOR=", &commit->author },
		{ "COMMENT=", &commit->comment } };

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "LAYER=", 6) == 0) {
			commit->layers = options_grow(commit->layers,
			    commit->layer_count, sizeof(*commit->layers));
			commit->layers[commit->layer_count++] = argv[i] + 6;
		} else if (strncmp(argv[i], "CHANGE=", 7) == 0) {
			commit->changes = options_grow(commit->changes,
			    commit->change_count, sizeof(*commit->changes));
			commit->changes[commit->change_count++] = argv[i] + 7;
		}
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			if (strncmp(argv[i], texts[j].key,
				strlen(texts[j].key)) == 0)
				*texts[j].text = argv[i] + strlen(texts[j].key);
	}
	if (commit->hold == NULL || commit->upper == NULL)
		errx(EXIT_OWN, "box-image: started by box, not by hand");
}

/* What the container stands on, if that is no image of the store. */
static void
pack_directories(const struct commit *commit, const struct store *store,
    struct manifest *manifest)
{
	if (commit->base != NULL)
		return;
	for (size_t i = commit->layer_count; i-- > 0;)
		pack(store, commit->layers[i], nothing,
		    manifest_add_layer(manifest));
}

int
cmd_commit_image(int argc, char *argv[])
{
	struct commit commit = { 0 };
	struct store store;
	struct adding adding = { .store = &store, .quiet = true };
	struct added *added;

	read_words(argc, argv, &commit);
	keep_hold(commit.hold);
	begin_command(&store);

	/* At exit it goes first, so that there is room for what box notes. */
	store_workshop(&store);

	/* It was all there before, so none of it is too much. */
	adding.limits = (struct unpack_limits){
		.bytes = INT64_MAX, .entries = UINT64_MAX, .paths = UINT64_MAX
	};
	added = add_image(&adding);
	commit_begin(&commit, &store, &added->manifest);
	progress_begin("reading", 0);
	pack_directories(&commit, &store, &added->manifest);
	pack(&store, commit.upper, init_layer,
	    manifest_add_layer(&added->manifest));
	progress_end();
	let_go();
	commit_end(&commit, &store, &added->manifest);
	manifest_make(&added->manifest, &store);
	if (commit.name != NULL)
		add_name(added, commit.name);
	add_all(&adding);
	printf("sha256:%s\n", added->manifest.id);
	return 0;
}
