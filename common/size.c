/* size.c - a guard around expand_number(3). */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libutil.h>

#include "size.h"

int
size_parse(const char *text, uint64_t *bytes)
{
	size_t digits = strspn(text, "0123456789");
	const char *suffix = text + digits;

	/*
	 * expand_number(3) of libbsd reads "64Mxyz" as 64M and "-1" as nearly
	 * 2^64, so the shape of the text is judged before it sees it.
	 */
	if (digits == 0 ||
	    (*suffix != '\0' &&
		(strchr("BKMGTPE", toupper((unsigned char)*suffix)) == NULL ||
		    suffix[1] != '\0'))) {
		errno = EINVAL;
		return -1;
	}
	if (expand_number(text, bytes) == -1)
		return -1;
	if (*bytes > INT64_MAX) {
		errno = ERANGE;
		return -1;
	}
	return 0;
}
