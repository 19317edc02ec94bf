/*
 * cmd_commit.c - "box commit": make an image of what a container has changed.
 *
 * Here the container is found and kept still.  The rest needs large libraries:
 * box-image does it, and is told in words "KEY=value" what to do.
 */

#define _GNU_SOURCE
#include <sys/mount.h>

#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "cmd.h"
#include "exit.h"
#include "file.h"
#include "kept.h"
#include "lookup.h"
#include "options.h"
#include "ref.h"
#include "remap.h"
#include "still.h"

struct choice {
	enum still_pause pause;
	char **words; /* for box-image, "commit" first */
	size_t count;
};

static void
add_word(struct choice *choice, const char *key, const char *value)
{
	char *word;

	if (asprintf(&word, "%s=%s", key, value) == -1)
		err(EXIT_OWN, "asprintf");
	choice->words =
	    options_grow(choice->words, choice->count, sizeof(*choice->words));
	choice->words[choice->count++] = word;
}

static void
set_author(const char *text, void *to)
{
	add_word(to, "AUTHOR", text);
}

static void
set_message(const char *text, void *to)
{
	add_word(to, "COMMENT", text);
}

static void
set_change(const char *text, void *to)
{
	add_word(to, "CHANGE", text);
}

static void
set_pause(const char *text, void *to)
{
	struct choice *choice = to;

	if (strcmp(text, "true") == 0)
		choice->pause = STILL_PAUSED;
	else if (strcmp(text, "false") == 0)
		choice->pause = STILL_RUNNING;
	else
		errx(EXIT_OWN, "--pause %s: neither true nor false", text);
}

static const struct option_row rows[] = {
	{ "author", 'a', "TEXT", "who made it", set_author, 0 },
	{ "message", 'm', "TEXT", "what it is, for box history", set_message,
	    0 },
	{ "change", 'c', "INSTRUCTION", "of a Dockerfile, as 'ENV A=b'",
	    set_change, 0 },
	{ "pause", 0, "BOOL", "freeze it meanwhile, if possible; true: or fail",
	    set_pause, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* What it is made of: an image of the store, or any directories. */
static void
add_base(struct choice *choice, const struct state *state)
{
	char path[PATH_MAX], id[REF_ID];
	size_t count;
	char **layers;
	struct kept kept;
	ssize_t n;

	file_path(path, sizeof(path), "%s/image", state->dir);
	n = readlink(path, id, sizeof(id) - 1);
	if (n != -1) {
		id[n] = '\0';
		add_word(choice, "BASE", id);
		return;
	}
	if (errno != ENOENT)
		err(EXIT_OWN, "%s", path);
	if (kept_read(state->dir, &kept) == -1)
		err(EXIT_OWN, "%s/config", state->dir);
	layers = kept_list(&kept, "LAYER", &count);
	for (size_t i = 0; i < count; i++)
		add_word(choice, "LAYER", layers[i]);
	free(layers);
	kept_free(&kept);
}

/*
 * The writable layer.  That of a box with other ids is mounted once more,
 * where only we and what we become see it, with those ids shifted back.
 */
static void
add_upper(struct choice *choice, const struct state *state)
{
	char upper[PATH_MAX], path[PATH_MAX];
	struct remap remap;

	file_path(upper, sizeof(upper), "%s/upper", state->dir);
	if (remap_recall(&remap, state->dir) == -1)
		exit(EXIT_OWN);
	if (!remap.on) {
		add_word(choice, "UPPER", upper);
		return;
	}
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		err(EXIT_OWN, "mount namespace");
	if (remap_again(&remap, true) == -1)
		exit(EXIT_OWN);
	file_path(path, sizeof(path), "%s/stage", state->home);
	remap_bind(&remap, upper, path);
	close(remap.userns);
	add_word(choice, "UPPER", path);
}

int
cmd_commit(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	static char name[] = "commit";
	static const char usage[] = "commit [options] container [name[:tag]]";
	struct state state = STATE_NONE;
	struct choice choice = { .words = options_grow(
				     NULL, 0, sizeof(*choice.words)) };
	char ref[REF_SIZE], number[16];
	int first;

	choice.words[choice.count++] = name;
	first = options_read(argc, argv, groups, usage, &choice);
	if (argc - first < 1 || argc - first > 2)
		errx(EXIT_OWN, "usage: box %s", usage);
	if (argc - first == 2 && !ref_parse(ref, argv[first + 1]))
		errx(EXIT_OWN, "%s: not a name for an image", argv[first + 1]);
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	if (argc - first == 2)
		add_word(&choice, "NAME", ref);
	snprintf(
	    number, sizeof(number), "%d", still_hold(&state, choice.pause));
	add_word(&choice, "HOLD", number);
	add_word(&choice, "IMAGE", state.facts.image);
	add_word(&choice, "BY", state.facts.command);
	add_base(&choice, &state);
	add_upper(&choice, &state);
	choice.words =
	    options_grow(choice.words, choice.count, sizeof(*choice.words));
	choice.words[choice.count] = NULL;
	beside_become("box-image", choice.words);
}
