/*
 * lesson - lessons that run.
 *
 * A lesson is Markdown with transcripts in it; docs/lesson-format.md has the
 * format.  This runs the commands of the transcripts, in terminals of their
 * own: as tests, before a class, or into a recording.
 */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "doc.h"
#include "engine.h"
#include "exit.h"
#include "list.h"
#include "outer.h"
#include "record.h"
#include "shell.h"
#include "test.h"
#include "walk.h"

struct options {
	bool real_root; /* -r */
	bool sum; /* -s */
	bool verbose; /* -v */
	bool automatic; /* --auto */
	const char *from; /* --from */
	long seconds; /* -t */
};

static const char help_text[] =
    "usage: lesson test [-rsv] [-t seconds] FILE ...\n"
    "       lesson walk [-r] [--auto] [--from SECTION] FILE\n"
    "       lesson record [-r] FILE OUT.cast\n"
    "       lesson list FILE\n"
    "\n"
    "test    run the console blocks, and compare; a test for each, as TAP\n"
    "walk    show the lesson in a class, page by page; ? is the help there\n"
    "record  an asciicast of the console blocks\n"
    "list    sections, blocks and questions, with their lines\n"
    "\n"
    "  -r              as root: namespaces only, so that blocks marked\n"
    "                  {root} run as well; else a jail, see scripts/jail\n"
    "  -s              a last line with the sum\n"
    "  -t SECONDS      how long a command may take (10)\n"
    "  -v              show each command and its output\n"
    "  --auto          go on without a key\n"
    "  --from SECTION  start there; what comes before runs unseen\n"
    "\n"
    "BOXLAB_PATIENCE=N multiplies the time; LESSON_PACE is the pace of\n"
    "--auto in percent, 0 without any pause.\n";

static _Noreturn void
usage(FILE *out)
{
	fputs(help_text, out);
	exit(out == stdout ? 0 : EXIT_OWN);
}

static long
number(const char *what, const char *text, long least, long most)
{
	const char *why;
	long value = (long)strtonum(text, least, most, &why);

	if (why != NULL)
		errx(EXIT_OWN, "%s %s: %s", what, text, why);
	return value;
}

static long
number_in_environment(const char *name, long otherwise, long least)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : number(name, text, least, 10000);
}

/* argv[0] is the subcommand; the options may stand before or after files. */
static void
parse_options(int argc, char *argv[], struct options *o)
{
	static const struct option names[] = {
		{ "auto", no_argument, NULL, 'A' },
		{ "from", required_argument, NULL, 'F' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct options){ .seconds = 10 };
	while ((c = getopt_long(argc, argv, "+hrst:v", names, NULL)) != -1)
		switch (c) {
		case 'A':
			o->automatic = true;
			break;
		case 'F':
			o->from = optarg;
			break;
		case 'r':
			o->real_root = true;
			break;
		case 's':
			o->sum = true;
			break;
		case 't':
			o->seconds = number("-t", optarg, 1, 86400);
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'h':
			usage(stdout);
		default:
			usage(stderr);
		}
}

/* A file that gave fewer results than it has blocks has failed. */
static void
test_file(struct outer *outer, char *const argv[], const char *name, int first)
{
	int blocks = doc_blocks(doc_read(name, name)), status, given;

	given = outer->passed + outer->failed + outer->skipped;
	status = outer_run(outer, argv, name, first);
	given = outer->passed + outer->failed + outer->skipped - given;
	for (int i = given; i < blocks && outer->signal == 0; i++) {
		printf("not ok %d - %s: the lesson ended with status %d\n",
		    first + i, name, status);
		outer->failed++;
	}
}

static int
test_files(struct outer *outer, char *const argv[], char *files[], bool sum)
{
	int first = 1;

	outer->quiet = true;
	for (char **file = files; *file != NULL; file++)
		first += doc_blocks(doc_read(*file, *file));
	printf("TAP version 13\n1..%d\n", first - 1);
	first = 1;
	for (; *files != NULL && outer->signal == 0; files++) {
		test_file(outer, argv, *files, first);
		first += doc_blocks(doc_read(*files, *files));
	}
	if (sum)
		printf("%d passed, %d failed, %d skipped\n", outer->passed,
		    outer->failed, outer->skipped);
	return outer->failed > 0;
}

/* The terminal is given back as it was, whatever became of the inside. */
static int
walk_file(struct outer *outer, const struct options *o, char *const argv[],
    const char *file)
{
	struct termios saved;
	bool is_terminal = tcgetattr(STDIN_FILENO, &saved) == 0;
	int status;

	if (!o->automatic && (!is_terminal || !isatty(STDOUT_FILENO)))
		errx(EXIT_OWN, "walk: needs a terminal (or --auto)");
	if (o->from != NULL && !walk_has_section(doc_read(file, file), o->from))
		errx(EXIT_OWN, "%s: no section \"%s\" (lesson list %s)", file,
		    o->from, file);
	status = outer_run(outer, argv, file, 1);
	if (is_terminal && !o->automatic) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
		fputs("\r\033[0m\033[K", stdout);
	}
	return status;
}

static int
record_file(
    struct outer *outer, char *const argv[], const char *file, const char *cast)
{
	int status;

	outer->out = open(cast, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (outer->out == -1)
		err(EXIT_OWN, "%s", cast);
	status = outer_run(outer, argv, file, 1);
	close(outer->out);
	return status;
}

/* Outside: run ourselves in a jail.  argv has the options, and no file. */
static int
outside(const char *command, const struct options *o, char *argv[], int argc,
    char *files[])
{
	struct outer outer = { .real_root = o->real_root, .out = -1 };
	int status;

	if (strcmp(command, "test") != 0 &&
	    argc != (strcmp(command, "record") == 0 ? 2 : 1))
		usage(stderr);
	for (int i = 0; i < (strcmp(command, "test") == 0 ? argc : 1); i++)
		doc_read(files[i], files[i]);
	outer_open(&outer);
	if (strcmp(command, "test") == 0)
		status = test_files(&outer, argv, files, o->sum);
	else if (strcmp(command, "walk") == 0)
		status = walk_file(&outer, o, argv, files[0]);
	else
		status = record_file(&outer, argv, files[0], files[1]);
	return outer.signal != 0 ? EXIT_SIGNAL + outer.signal : status;
}

static int
run_inside(const char *command, const struct options *o, struct engine *e,
    const struct doc *doc, int first)
{
	int pace = (int)number_in_environment("LESSON_PACE", 100, 0);

	if (strcmp(command, "test") == 0)
		return test_lesson(e, doc, first);
	if (strcmp(command, "record") == 0)
		return record_lesson(e, doc);
	return walk_lesson(e, doc, o->automatic, o->from, pace);
}

/* Inside, as process 1. */
static int
inside(const char *command, const struct options *o, const char *file)
{
	const char *where = getenv("BOXLAB_LESSON"), *term = getenv("TERM");
	char *name = NULL;
	int first = (int)strtol(where != NULL ? where : "", &name, 10);
	struct doc *doc =
	    doc_read(file, *name == ':' ? copy_text(name + 1) : file);
	struct engine e = { .real_root = o->real_root,
		.verbose = o->verbose,
		.limit = o->seconds * 1000 *
		    number_in_environment("BOXLAB_PATIENCE", 1, 1) };
	char *bin = realpath("/proc/self/exe", NULL);
	int status;

	if (bin == NULL)
		err(EXIT_OWN, "/proc/self/exe");
	*strrchr(bin, '/') = '\0';
	if (close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		err(EXIT_OWN, "close_range");
	loop_open(&e.loop, -1);
	if (strcmp(command, "walk") != 0 || term == NULL)
		term =
		    strcmp(command, "record") == 0 ? "xterm-256color" : "dumb";
	shell_setup(bin, term, o->real_root);
	free(bin);
	status = run_inside(command, o, &e, doc, first);
	fflush(stdout);
	loop_close(&e.loop, o->real_root);
	return status;
}

int
main(int argc, char *argv[])
{
	const char *command = argc > 1 ? argv[1] : "";
	struct options o;
	char **files;
	int status = 0;

	if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0)
		usage(stdout);
	if (strcmp(command, "test") != 0 && strcmp(command, "walk") != 0 &&
	    strcmp(command, "record") != 0 && strcmp(command, "list") != 0)
		usage(stderr);
	parse_options(argc - 1, argv + 1, &o);
	argc -= 1 + optind;
	if (argc < 1 && !(o.sum && strcmp(command, "test") == 0))
		usage(stderr);
	files = calloc((size_t)argc + 1, sizeof(*files));
	if (files == NULL)
		err(EXIT_OWN, "calloc");
	memcpy(files, argv + 1 + optind, (size_t)argc * sizeof(*files));
	argv[1 + optind] = NULL; /* the options alone go to the inside */
	if (strcmp(command, "list") == 0)
		list_lesson(doc_read(files[0], files[0]));
	else if (outer_is_inside())
		status = inside(command, &o, files[0]);
	else
		status = outside(command, &o, argv + 1, argc, files);
	free(files);
	return status;
}
