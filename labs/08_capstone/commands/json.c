/* json.c - build a JSON document, and print it or one value of it. */

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "json.h"
#include "options.h"

enum kind {
	TEXT,
	WORD,
	OBJECT,
	LIST
};

struct json {
	enum kind kind;
	char *key; /* in the object above */
	char *text; /* of a TEXT; WORD is a number, true or false */
	struct json *first, *last; /* of an OBJECT or LIST */
	struct json *next;
};

static struct json *
new_value(enum kind kind, const char *text)
{
	struct json *value = calloc(1, sizeof(*value));

	if (value == NULL)
		err(EXIT_OWN, "calloc");
	value->kind = kind;
	value->text = text != NULL ? options_copy(text) : NULL;
	return value;
}

struct json *
json_object(void)
{
	return new_value(OBJECT, NULL);
}

struct json *
json_list(void)
{
	return new_value(LIST, NULL);
}

struct json *
json_put(struct json *to, const char *key, struct json *value)
{
	if (key != NULL)
		value->key = options_copy(key);
	if (to->last != NULL)
		to->last->next = value;
	else
		to->first = value;
	to->last = value;
	return value;
}

void
json_text(struct json *to, const char *key, const char *text)
{
	json_put(to, key, new_value(TEXT, text));
}

void
json_number(struct json *to, const char *key, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	json_put(to, key, new_value(WORD, text));
}

void
json_bool(struct json *to, const char *key, bool value)
{
	json_put(to, key, new_value(WORD, value ? "true" : "false"));
}

const struct json *
json_find(const struct json *root, const char *path)
{
	char *copy, *rest, *word, *end;
	unsigned long n;

	path += strspn(path, "{ ");
	copy = rest = options_copy(path);
	copy[strcspn(copy, " }")] = '\0';
	while (root != NULL && (word = strsep(&rest, ".")) != NULL) {
		if (word[0] == '\0')
			continue;
		n = strtoul(word, &end, 10);
		if (root->kind == LIST && *end == '\0')
			for (root = root->first; root != NULL && n > 0; n--)
				root = root->next;
		else
			for (root = root->first; root != NULL &&
			     (root->key == NULL ||
				 strcmp(root->key, word) != 0);
			     root = root->next)
				;
	}
	free(copy);
	return root;
}

static void
print_text(const char *text, FILE *out)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at;

	putc('"', out);
	for (; *text != '\0'; text++) {
		at = strchr(from, *text);
		if (at != NULL)
			fprintf(out, "\\%c", to[at - from]);
		else if ((unsigned char)*text < ' ')
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			putc(*text, out);
	}
	putc('"', out);
}

static void
print(const struct json *value, FILE *out, int depth)
{
	const char *brackets = value->kind == OBJECT ? "{}" : "[]";

	if (value->kind == TEXT) {
		print_text(value->text, out);
		return;
	}
	if (value->kind == WORD) {
		fputs(value->text, out);
		return;
	}
	putc(brackets[0], out);
	for (const struct json *v = value->first; v != NULL; v = v->next) {
		fprintf(out, "%s\n%*s", v == value->first ? "" : ",",
		    4 * (depth + 1), "");
		if (value->kind == OBJECT) {
			print_text(v->key, out);
			fputs(": ", out);
		}
		print(v, out, depth + 1);
	}
	if (value->first != NULL)
		fprintf(out, "\n%*s", 4 * depth, "");
	putc(brackets[1], out);
}

void
json_print(const struct json *value, FILE *out, bool bare)
{
	if (bare && value->kind == TEXT)
		fputs(value->text, out);
	else
		print(value, out, 0);
	putc('\n', out);
}
