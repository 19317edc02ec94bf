/* json.h - build a JSON document, and print it or one value of it. */

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json;

/* The empty object or list.  All of these exit without memory. */
struct json *json_object(void);
struct json *json_list(void);

/*
 * Append to an object under a key, to a list with NULL for it.  json_put()
 * returns value, so that it can be filled.
 */
struct json *json_put(struct json *to, const char *key, struct json *value);
void json_text(struct json *to, const char *key, const char *text);
void json_number(struct json *to, const char *key, uint64_t number);
void json_bool(struct json *to, const char *key, bool value);

/*
 * The value at a path as ".State.Pid", which may stand in "{{ }}"; lists take
 * numbers.  "" or "." is root itself.  NULL when there is none.
 */
const struct json *json_find(const struct json *root, const char *path);

/*
 * Print it as a document (RFC 8259); bare: a text without quotes, as a shell
 * wants it.
 */
void json_print(const struct json *value, FILE *out, bool bare);

#endif
