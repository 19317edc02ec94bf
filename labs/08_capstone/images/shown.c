/* shown.c - texts of strangers, fit for a terminal. */

#define _GNU_SOURCE
#include <string.h>

#include "shown.h"

#define COPIES 8

const char *
shown(const char *text)
{
	static char copies[COPIES][256];
	static unsigned int next;
	char *copy = copies[next++ % COPIES], *c;

	if (strlcpy(copy, text, sizeof(copies[0])) >= sizeof(copies[0]))
		memcpy(copy + sizeof(copies[0]) - 4, "...", 4);
	for (c = copy; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		/* In UTF-8 the second set of controls begins with C2. */
		if (byte < ' ' || byte == 0x7f)
			*c = '?';
		else if (byte == 0xc2 && (unsigned char)c[1] >= 0x80 &&
		    (unsigned char)c[1] < 0xa0)
			c[0] = c[1] = '?';
	}
	return copy;
}
