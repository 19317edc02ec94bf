/*
 * 06_overlay_whiteout - layers, copy-up, and deleting what you cannot write.
 *
 * Without a command: show, and check, how an image is stacked from layers and
 * what a box that writes, deletes and renews does to its own layer alone.
 * With one: run it where the layers are mounted.  Or: list the changes in a
 * layer (-d), flatten layers (-x), translate whiteouts (-i, -e).
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "demo.h"
#include "diff.h"
#include "dir.h"
#include "exit.h"
#include "file.h"
#include "flatten.h"
#include "overlay.h"
#include "run.h"
#include "say.h"
#include "translate.h"
#include "view.h"

static const char **lowers; /* -l */
static size_t lower_count;
static const char *upper; /* -u */
static const char *target = "/mnt"; /* -m */
static const char *flat; /* -x */
static const char *layer; /* -i, -e */
static int action; /* d, x, i, e, or 0 to run a command */

static _Noreturn void
usage(FILE *out)
{
	const char *me = getprogname();

	fprintf(out,
	    "usage: %s [-hv] [-m dir] [-u upper] -l lower [-l lower ...] "
	    "[command [arg ...]]\n"
	    "       %s -d -u upper -l lower [-l lower ...]\n"
	    "       %s -x dir [-u upper] -l lower [-l lower ...]\n"
	    "       %s -i layer | -e layer\n",
	    me, me, me, me);
	exit(out == stdout ? 0 : EXIT_OWN);
}

static void
parse_options(int argc, char *argv[])
{
	int c;

	/* Room for them all and, as -u takes an argument too, for upper. */
	lowers = calloc((size_t)argc, sizeof(*lowers));
	if (lowers == NULL)
		err(EXIT_OWN, "calloc");
	while ((c = getopt(argc, argv, "+hvl:u:m:dx:i:e:")) != -1)
		switch (c) {
		case 'l':
			lowers[lower_count++] = optarg;
			break;
		case 'u':
			upper = optarg;
			break;
		case 'm':
			target = optarg;
			break;
		case 'x':
			flat = optarg;
			action = action == 0 ? c : '?';
			break;
		case 'i':
		case 'e':
			layer = optarg;
			/* FALLTHROUGH */
		case 'd':
			action = action == 0 ? c : '?';
			break;
		case 'v':
			say_to(stderr);
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
	if (action == '?')
		errx(EXIT_OWN, "one of -d, -x, -i and -e at a time");
	if (action != 0 && optind < argc)
		errx(EXIT_OWN, "-%c takes no command", action);
	if (action == 'd' && upper == NULL)
		errx(EXIT_OWN, "-d needs the layer that changed: -u");
	if (layer == NULL && lower_count == 0 &&
	    (action != 0 || upper != NULL || optind < argc))
		errx(EXIT_OWN, "no layer to stand on: -l");
}

static int
diff(void)
{
	become_able();
	enter_mount_namespace();

	/* Over the top layer, so that nothing else disappears under it. */
	view_mount(lowers[0], lowers, lower_count);
	if (overlay_diff(upper, lowers[0], view_print_change, stdout) == -1)
		err(EXIT_OWN, "%s", upper);
	if (fflush(stdout) == EOF)
		err(EXIT_OWN, "standard output");
	return 0;
}

static int
flatten(void)
{
	become_able();
	if (mkdir(flat, 0700) == -1 && errno != EEXIST)
		err(EXIT_OWN, "mkdir: %s", flat);
	if (dir_count_names(flat) != 0)
		errx(EXIT_OWN, "%s: not empty", flat);

	/* To be read only, the upper is one more layer, above the others. */
	if (upper != NULL) {
		memmove(lowers + 1, lowers, lower_count * sizeof(*lowers));
		lowers[0] = upper;
		lower_count++;
	}
	enter_mount_namespace();
	view_mount(lowers[0], lowers, lower_count);
	overlay_flatten(lowers[0], flat);
	return 0;
}

static int
translate(void)
{
	int result;

	become_able();
	result =
	    action == 'i' ? whiteout_from_oci(layer) : whiteout_to_oci(layer);
	if (result == -1 && errno == EINVAL)
		errx(EXIT_OWN,
		    "%s: a name in \".wh.\" that is reserved or no whiteout, "
		    "see translate.h",
		    layer);
	if (result == -1)
		err(EXIT_OWN, "%s", layer);
	return 0;
}

static _Noreturn void
box_main(const char *work, char *argv[])
{
	char where[PATH_MAX];

	for (size_t i = 0; i < lower_count; i++)
		say(SAY_BOX, "lower %zu from the top: %s", i + 1, lowers[i]);
	say(SAY_BOX, "upper: %s", upper != NULL ? upper : "none, read-only");
	enter_mount_namespace();
	if (upper == NULL)
		view_mount(target, lowers, lower_count);
	else
		overlay_mount(target, lowers, lower_count, upper, work, false);
	if (chdir(target) == -1)
		err(EXIT_OWN, "chdir %s", target);
	if (getcwd(where, sizeof(where)) == NULL)
		err(EXIT_OWN, "getcwd");
	if (setenv("OVERLAY", where, 1) == -1)
		err(EXIT_OWN, "setenv");
	say(SAY_BOX, "merged: %s", where);
	run_exec(argv);
}

static int
run(char *argv[])
{
	char work[PATH_MAX] = "";
	sigset_t signals;
	int status;
	pid_t pid;

	become_able();
	if (upper != NULL)
		dir_claim_upper(upper, work, sizeof(work));
	pid = box_fork(&signals);
	if (pid == 0)
		box_main(work, argv);
	status = box_wait(pid, &signals);
	if (upper != NULL && file_remove_tree(work) == -1)
		warn("%s", work);
	return status;
}

int
main(int argc, char *argv[])
{
	parse_options(argc, argv);
	switch (action) {
	case 'd':
		return diff();
	case 'x':
		return flatten();
	case 'i':
	case 'e':
		return translate();
	}
	if (optind < argc)
		return run(argv + optind);
	if (lower_count > 0)
		errx(EXIT_OWN, "layers, but no command to run on them");
	return demonstrate();
}
