/* document.h - JSON that a stranger wrote. */

#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * All exit with one line that begins with what, the document's name in
 * messages, when the document is not as it should be.
 */

/* Read a document of at most 4 MiB from a descriptor, which is closed. */
struct json_object *document_read(int fd, const char *what);

/*
 * A member of an object, which must have that type if it is there and is not
 * null; else NULL.  Members of NULL are NULL.
 */
struct json_object *document_get(struct json_object *object, const char *key,
    enum json_type type, const char *what);

/* A text, without a NUL in it; NULL when there is none. */
const char *document_text(
    struct json_object *object, const char *key, const char *what);

/* Element i of an array, or the value of a member, as a text. */
const char *document_string(struct json_object *value, const char *what);

/* The digits of the "digest" of a descriptor. */
const char *document_digest(struct json_object *object, const char *what);

/* A new object from pairs of texts, which (char *)NULL ends. */
struct json_object *document_new(const char *key, ...);

/* The document as text, to be freed with it. */
const char *document_print(struct json_object *object, size_t *size);

#endif
