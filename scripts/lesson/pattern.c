/* pattern.c - is this the output that the lesson expects? */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "pattern.h"

/* The length of "<name>" if the text begins with one, else 0. */
static size_t
name_length(const char *text)
{
	size_t len;

	if (text[0] != '<' || text[1] < 'a' || text[1] > 'z')
		return 0;
	len = 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return text[len] == '>' ? len + 1 : 0;
}

static const char *
look_up(const struct bindings *b, const char *name, size_t len)
{
	for (size_t i = 0; i < b->count; i++)
		if (strlen(b->binding[i].name) == len &&
		    strncmp(b->binding[i].name, name, len) == 0)
			return b->binding[i].value;
	return NULL;
}

static void
bind_name(struct bindings *b, const char *name, size_t len, const char *value,
    size_t value_len)
{
	struct binding *new;

	b->binding = grow(b->binding, b->count, sizeof(*b->binding));
	new = &b->binding[b->count++];
	new->name = copy_text(name);
	new->name[len] = '\0';
	new->value = copy_text(value);
	new->value[value_len] = '\0';
}

void
bindings_cut(struct bindings *b, size_t count)
{
	while (b->count > count) {
		b->count--;
		free(b->binding[b->count].name);
		free(b->binding[b->count].value);
	}
}

/* A name with len bytes, "<" and ">" counted, and the pattern behind it. */
static bool
match_name(
    const char *pattern, size_t len, const char *text, struct bindings *b)
{
	const char *value = look_up(b, pattern + 1, len - 2);
	size_t before = b->count, all = strlen(text);

	if (value != NULL)
		return strncmp(text, value, strlen(value)) == 0 &&
		    pattern_line(pattern + len, text + strlen(value), b);
	for (size_t n = 1; n <= all; n++) {
		/* Never half a character of UTF-8. */
		if (((unsigned char)text[n] & 0xc0) == 0x80)
			continue;
		bind_name(b, pattern + 1, len - 2, text, n);
		if (pattern_line(pattern + len, text + n, b))
			return true;
		bindings_cut(b, before);
	}
	return false;
}

bool
pattern_line(const char *pattern, const char *text, struct bindings *b)
{
	size_t len;

	for (; *pattern != '\0'; pattern++, text++) {
		len = name_length(pattern);
		if (len > 0)
			return match_name(pattern, len, text, b);
		if (strncmp(pattern, "...", 3) == 0) {
			do
				if (pattern_line(pattern + 3, text, b))
					return true;
			while (*text++ != '\0');
			return false;
		}
		if (*pattern != *text)
			return false;
	}
	return *text == '\0';
}

/* The lines of the pattern from p on, and of the text from t on. */
static bool
match_from(const struct lines *pattern, size_t p, const struct lines *text,
    size_t t, struct bindings *b)
{
	size_t before = b->count;

	for (; p < pattern->count; p++, t++) {
		if (strcmp(pattern->line[p], "...") == 0) {
			for (; t <= text->count; t++)
				if (match_from(pattern, p + 1, text, t, b))
					return true;
			break;
		}
		if (t == text->count ||
		    !pattern_line(pattern->line[p], text->line[t], b))
			break;
	}
	if (p == pattern->count && t == text->count)
		return true;
	bindings_cut(b, before);
	return false;
}

bool
pattern_lines(
    const struct lines *pattern, const struct lines *text, struct bindings *b)
{
	return match_from(pattern, 0, text, 0, b);
}

char *
pattern_fill(const char *command, const struct bindings *b)
{
	struct buf out = { 0 };
	const char *value;
	size_t len;

	buf_add(&out, "", 0);
	while (*command != '\0') {
		len = name_length(command);
		value = len > 0 ? look_up(b, command + 1, len - 2) : NULL;
		if (value != NULL) {
			buf_puts(&out, value);
			command += len;
		} else {
			buf_add(&out, command++, 1);
		}
	}
	return out.data;
}
