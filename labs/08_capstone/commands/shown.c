/* shown.c - texts of strangers, fit for a terminal. */

#define _GNU_SOURCE
#include <string.h>

#include "shown.h"

#define COPIES 8

void
shown_clean(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++)
		/* In UTF-8 the second set of controls begins with C2. */
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
}

const char *
shown(const char *text)
{
	static char copies[COPIES][256];
	static unsigned int next;
	char *copy = copies[next++ % COPIES];

	if (strlcpy(copy, text, sizeof(copies[0])) >= sizeof(copies[0]))
		memcpy(copy + sizeof(copies[0]) - 4, "...", 4);
	shown_clean(copy);
	return copy;
}
