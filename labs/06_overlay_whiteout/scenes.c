/* scenes.c - what happens in the demonstration, one scene after the other. */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "dir.h"
#include "exit.h"
#include "file.h"
#include "flatten.h"
#include "overlay.h"
#include "say.h"
#include "scenes.h"
#include "scratch.h"
#include "view.h"
#include "whiteout.h"

static const char *const stack[] = { "init", "app", "base" };
static const char *const image[] = { "up", "app", "base" };

static void
write_and_delete(void)
{
	FILE *f;

	if (!has_text("merged/etc/motd", "welcome"))
		err(EXIT_OWN, "merged/etc/motd");
	say_claim(SAY_BOX, !exists("up/etc"), "reading copies nothing");
	f = fopen("merged/big", "ae");
	if (f == NULL || putc('x', f) == EOF || fclose(f) == EOF)
		err(EXIT_OWN, "merged/big");
	say_claim(SAY_BOX,
	    exists("up/big") && scratch_size("up/big") == SCRATCH_BIG + 1,
	    "one byte more in big: all %d bytes were copied up",
	    SCRATCH_BIG + 1);

	if (unlink("merged/big") == -1)
		err(EXIT_OWN, "merged/big");
	say_claim(SAY_BOX,
	    !exists("merged/big") && overlay_is_whiteout("up/big"),
	    "rm big: my layer has a character device 0:0, a whiteout");
	if (file_remove_tree("merged/doc") == -1)
		err(EXIT_OWN, "merged/doc");
	dir_make("merged/doc");
	say_claim(SAY_BOX,
	    dir_count_names("merged/doc") == 0 && overlay_is_opaque("up/doc"),
	    "rm -r doc; mkdir doc: my doc is empty, opaque for what is below");
}

int
scene_change(void)
{
	overlay_mount("merged", stack, 3, "up", "work", true);
	say(SAY_BOX, "merged: up over init over app over base");
	say_claim(SAY_BOX, has_text("merged/release", "app"),
	    "two layers have a release: the one on top wins, app");
	say_claim(SAY_BOX,
	    exists("merged/etc/hosts") && exists("merged/etc/motd"),
	    "two layers have an etc: hosts and motd, directories are merged");
	write_and_delete();
	make_file("merged/new", "mine");
	make_file("merged/etc/motd", "changed");
	return say_verdict();
}

int
scene_list(void)
{
	static const char expected[] = "D /doc/intro\nD /doc/license\n"
				       "C /etc/motd\nD /big\nA /new\n";
	char *text, *line, *rest;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool same;

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	view_mount("merged", stack, 3);
	if (overlay_diff("up", "merged", view_print_change, f) == -1)
		err(EXIT_OWN, "up");
	fclose(f);
	same = strcmp(text, expected) == 0;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		say(SAY_HOST, "    %s", line);
	say_claim(SAY_HOST, same, "its layer lists just what the box did");
	free(text);
	return say_verdict();
}

int
scene_commit(void)
{
	off_t layered, flattened;

	view_mount("merged", image, 3);
	say(SAY_HOST, "a commit: up over app over base, without init");
	say_claim(SAY_HOST,
	    has_text("merged/new", "mine") &&
		has_text("merged/etc/motd", "changed"),
	    "what the box wrote is in the new image");
	say_claim(SAY_HOST, !exists("merged/etc/hosts"),
	    "the hosts of that one box are not");
	overlay_flatten("merged", "flat");
	layered =
	    scratch_size("up") + scratch_size("app") + scratch_size("base");
	flattened = scratch_size("flat");
	say_claim(SAY_HOST, layered >= SCRATCH_BIG && flattened < SCRATCH_BIG,
	    "deleted, big still costs: %jd bytes in layers, flattened %jd",
	    (intmax_t)layered, (intmax_t)flattened);
	return say_verdict();
}
