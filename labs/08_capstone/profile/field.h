/* field.h - the fields of a JSON object, by name and type. */

#ifndef FIELD_H
#define FIELD_H

#include <json-c/json.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * where says in all messages which object it is, as in "syscalls[3]"; "" is
 * the whole text.  A field that is null counts as missing.  What is there and
 * is not of the type that is asked for ends the program, with one line.
 */

/* End the program: "FILE: WHERE.KEY: why". */
_Noreturn void field_bad(const char *where, const char *key, const char *why,
    ...) __attribute__((format(printf, 3, 4)));

/* How field_bad() calls the text. */
void field_file(const char *name);

/* The field, or NULL when it is missing. */
struct json_object *field_get(struct json_object *object, const char *where,
    const char *key, enum json_type type);

/* A string; NULL when it is missing. */
const char *field_text(
    struct json_object *object, const char *where, const char *key);

/* The same, for one that has to be there. */
const char *field_must(
    struct json_object *object, const char *where, const char *key);

/* A whole number up to max; false when it is missing. */
bool field_number(struct json_object *object, const char *where,
    const char *key, uint64_t max, uint64_t *value);

/* Element i of an array: a string, or an object. */
const char *field_word(
    struct json_object *array, const char *where, const char *key, size_t i);
struct json_object *field_object(
    struct json_object *array, const char *where, const char *key, size_t i);

#endif
