/*
 * box-seccomp - compile a seccomp profile in docker's format.
 *
 *	box-seccomp NAME CAPABILITIES <profile >filter
 *
 * NAME is how messages call the profile, CAPABILITIES what the box has, as a
 * hexadecimal number.  "box run" starts it when it meets a profile for the
 * first time; it needs no privilege, and reads and writes nothing else.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exit.h"
#include "field.h"
#include "profile.h"

#define PROFILE_MAX (1 << 20)

static size_t
read_all(char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, text + used, size - used)) > 0)
		if ((used += (size_t)n) == size)
			field_bad("", "", "larger than %zu bytes", size - 1);
	if (n == -1)
		err(EXIT_OWN, "standard input");
	return used;
}

/* "line 3, column 7" of what is at offset. */
static _Noreturn void
bad_syntax(const char *text, size_t offset, const char *why)
{
	char where[64];
	size_t line = 1, column = 1;

	for (size_t i = 0; i < offset; i++, column++)
		if (text[i] == '\n') {
			line++;
			column = 0;
		}
	snprintf(where, sizeof(where), "line %zu, column %zu", line, column);
	field_bad(where, "", "%s", why);
}

static struct json_object *
parse(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	enum json_tokener_error error;

	if (tokener == NULL)
		err(EXIT_OWN, "json_tokener_new");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	/* With the NUL, which ends a number or an unfinished text. */
	object = json_tokener_parse_ex(tokener, text, (int)size + 1);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
		bad_syntax(text, size, "the text is not complete");
	if (error != json_tokener_success)
		bad_syntax(text, json_tokener_get_parse_end(tokener),
		    json_tokener_error_desc(error));
	json_tokener_free(tokener);
	if (!json_object_is_type(object, json_type_object))
		field_bad("line 1", "", "not an object");
	return object;
}

int
main(int argc, char *argv[])
{
	static char text[PROFILE_MAX + 1];
	struct json_object *profile;
	struct machine machine;
	size_t size;
	char *end;

	setprogname("box");
	if (argc != 3)
		errx(EXIT_OWN, "usage: box-seccomp name capabilities");
	field_file(argv[1]);
	errno = 0;
	machine_read(&machine, strtoull(argv[2], &end, 16));
	if (errno != 0 || end == argv[2] || *end != '\0')
		errx(EXIT_OWN, "%s: not a hexadecimal number", argv[2]);
	size = read_all(text, PROFILE_MAX);
	text[size] = '\0';
	profile = parse(text, size);
	compile_profile(profile, &machine, STDOUT_FILENO);
	json_object_put(profile);
	return 0;
}
