/* keys.c - the keys that leave a container running.  See ascii(7). */

#define _GNU_SOURCE
#include <string.h>

#include "keys.h"

#define USUAL "ctrl-p,ctrl-q"

/* The length of one key's name, with *key what the terminal sends for it. */
static size_t
parse_key(const char *text, unsigned char *key)
{
	static const char ctrl[] = "ctrl-";
	size_t length = strcspn(text, ",");
	char c;

	if (length == 1) {
		*key = (unsigned char)text[0];
		return length;
	}
	if (length != sizeof(ctrl) || strncasecmp(text, ctrl, length - 1) != 0)
		return 0;
	c = text[length - 1];
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c < '@' || c > '_')
		return 0;
	*key = (unsigned char)(c - '@');
	return length;
}

bool
keys_parse(struct keys *keys, const char *text)
{
	size_t length;

	*keys = (struct keys){ 0 };
	if (text == NULL)
		text = USUAL;
	while (*text != '\0') {
		if (keys->count == KEYS_MOST)
			return false;
		length = parse_key(text, &keys->key[keys->count]);
		if (length == 0)
			return false;
		keys->count++;
		text += length;
		if (*text == ',' && *++text == '\0')
			return false;
	}
	return true;
}

/* How much of the end of what is held may be a new beginning of the keys? */
static size_t
begins_again(const struct keys *keys)
{
	size_t n = keys->held - 1;

	while (memcmp(keys->key, keys->key + keys->held - n, n) != 0)
		n--;
	return n;
}

bool
keys_take(struct keys *keys, unsigned char c, unsigned char *out, size_t *n)
{
	size_t still;

	*n = 0;
	while (keys->held > 0 && keys->key[keys->held] != c) {
		still = begins_again(keys);
		for (size_t i = 0; i < keys->held - still; i++)
			out[(*n)++] = keys->key[i];
		keys->held = still;
	}
	if (keys->count == 0 || keys->key[keys->held] != c) {
		out[(*n)++] = c;
		return false;
	}
	if (++keys->held < keys->count)
		return false;
	keys->held = 0;
	return true;
}
