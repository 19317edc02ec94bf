/* document.c - JSON that a stranger wrote. */

#define _GNU_SOURCE
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "document.h"
#include "exit.h"
#include "shown.h"

#define LARGEST (4 << 20)
#define DEEPEST 32

static size_t
read_all(int fd, const char *what, char *text)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, text + used, LARGEST + 1 - used)) > 0)
		used += (size_t)n;
	if (n == -1)
		err(EXIT_OWN, "%s", what);
	if (used > LARGEST)
		errx(EXIT_OWN, "%s: too large for a description", what);
	close(fd);
	return used;
}

struct json_object *
document_read(int fd, const char *what)
{
	char *text = malloc(LARGEST + 1);
	struct json_tokener *parser = json_tokener_new_ex(DEEPEST);
	struct json_object *object;
	size_t size;

	if (text == NULL || parser == NULL)
		err(EXIT_OWN, "malloc");
	size = read_all(fd, what, text);
	json_tokener_set_flags(
	    parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(parser, text, (int)size);
	if (object == NULL)
		errx(EXIT_OWN, "%s: not JSON: %s", what,
		    json_tokener_error_desc(json_tokener_get_error(parser)));
	json_tokener_free(parser);
	free(text);
	return object;
}

struct json_object *
document_get(struct json_object *object, const char *key, enum json_type type,
    const char *what)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, key, &value) || value == NULL)
		return NULL;
	if (!json_object_is_type(value, type))
		errx(EXIT_OWN, "%s: %s is no %s", what, key,
		    json_type_to_name(type));
	return value;
}

const char *
document_string(struct json_object *value, const char *what)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		errx(EXIT_OWN, "%s: a text is missing", what);
	text = json_object_get_string(value);
	if (strlen(text) != (size_t)json_object_get_string_len(value))
		errx(EXIT_OWN, "%s: a NUL in a text", what);
	return text;
}

const char *
document_text(struct json_object *object, const char *key, const char *what)
{
	struct json_object *value =
	    document_get(object, key, json_type_string, what);

	return value != NULL ? document_string(value, what) : NULL;
}

const char *
document_digest(struct json_object *object, const char *what)
{
	const char *text = document_text(object, "digest", what);
	const char *hex = digest_parse(text);

	if (hex == NULL)
		errx(EXIT_OWN, "%s: %s: not a digest (sha256 is known)", what,
		    text != NULL ? shown(text) : "nothing");
	return hex;
}

struct json_object *
document_new(const char *key, ...)
{
	struct json_object *object = json_object_new_object();
	va_list ap;

	va_start(ap, key);
	for (; key != NULL; key = va_arg(ap, const char *))
		json_object_object_add(object, key,
		    json_object_new_string(va_arg(ap, const char *)));
	va_end(ap);
	return object;
}

const char *
document_print(struct json_object *object, size_t *size)
{
	const char *text = json_object_to_json_string_length(object,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, size);

	if (text == NULL)
		err(EXIT_OWN, "json");
	return text;
}
