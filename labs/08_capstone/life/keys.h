/* keys.h - the keys that leave a container running. */

#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	KEYS_MOST = 16
};

struct keys {
	unsigned char key[KEYS_MOST];
	size_t count; /* 0: there are none, and nothing is held */
	size_t held; /* so many of them have been typed, and not handed on */
};

/*
 * Keys as in "ctrl-p,ctrl-q" or "q": NULL means these first two, "" none.
 * False when the text is something else.
 */
bool keys_parse(struct keys *keys, const char *text);

/*
 * Take one byte that was typed.  True when it was the last of the keys.  Else
 * what turns out to be none of them is put into out, at most KEYS_MOST bytes:
 * *n is how many.
 */
bool keys_take(
    struct keys *keys, unsigned char c, unsigned char *out, size_t *n);

#endif
