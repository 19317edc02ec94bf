/* field.c - the fields of a JSON object, by name and type. */

#define _GNU_SOURCE
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "exit.h"
#include "field.h"

static const char *file = "profile";

void
field_file(const char *name)
{
	file = name;
}

void
field_bad(const char *where, const char *key, const char *why, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, why);
	vsnprintf(text, sizeof(text), why, ap);
	va_end(ap);
	errx(EXIT_OWN, "%s: %s%s%s: %s", file, where,
	    where[0] != '\0' && key[0] != '\0' ? "." : "", key, text);
}

static struct json_object *
expect(struct json_object *value, enum json_type type, const char *where,
    const char *key)
{
	if (!json_object_is_type(value, type))
		field_bad(where, key, "is of type %s, not %s",
		    json_type_to_name(json_object_get_type(value)),
		    json_type_to_name(type));
	return value;
}

struct json_object *
field_get(struct json_object *object, const char *where, const char *key,
    enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || value == NULL)
		return NULL;
	return expect(value, type, where, key);
}

const char *
field_text(struct json_object *object, const char *where, const char *key)
{
	struct json_object *value =
	    field_get(object, where, key, json_type_string);

	return value != NULL ? json_object_get_string(value) : NULL;
}

const char *
field_must(struct json_object *object, const char *where, const char *key)
{
	if (field_text(object, where, key) == NULL)
		field_bad(where, key, "is missing");
	return field_text(object, where, key);
}

bool
field_number(struct json_object *object, const char *where, const char *key,
    uint64_t max, uint64_t *value)
{
	struct json_object *number =
	    field_get(object, where, key, json_type_int);

	if (number == NULL)
		return false;
	/* A negative number is 0 as an unsigned one, to this library. */
	*value = json_object_get_uint64(number);
	if (json_object_get_int64(number) < 0 || *value > max)
		field_bad(where, key, "%s is not between 0 and %llu",
		    json_object_to_json_string(number),
		    (unsigned long long)max);
	return true;
}

static struct json_object *
element(struct json_object *array, const char *where, const char *key, size_t i,
    enum json_type type)
{
	char name[64];

	snprintf(name, sizeof(name), "%s[%zu]", key, i);
	return expect(json_object_array_get_idx(array, i), type, where, name);
}

const char *
field_word(
    struct json_object *array, const char *where, const char *key, size_t i)
{
	return json_object_get_string(
	    element(array, where, key, i, json_type_string));
}

struct json_object *
field_object(
    struct json_object *array, const char *where, const char *key, size_t i)
{
	return element(array, where, key, i, json_type_object);
}
