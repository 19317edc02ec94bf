/* age.c - spans of time in words. */

#include <stddef.h>
#include <stdio.h>

#include "age.h"
#include "facts.h"

/* From so many seconds on, in units of so many. */
static const struct unit {
	uint64_t from, size;
	const char *name;
} units[] = {
	{ 2 * 365 * 86400, 365 * 86400, "years" },
	{ 60 * 86400, 30 * 86400, "months" },
	{ 14 * 86400, 7 * 86400, "weeks" },
	{ 48 * 3600, 86400, "days" },
	{ 2 * 3600, 3600, "hours" },
	{ 120, 60, "minutes" },
	{ 2, 1, "seconds" },
};

const char *
age_since(uint64_t time, char text[AGE_SIZE])
{
	uint64_t now = facts_now();
	uint64_t seconds = now > time ? (now - time) / 1000000000u : 0;

	if (seconds == 0)
		return "Less than a second";
	if (seconds == 1)
		return "1 second";
	if (seconds >= 60 && seconds < 120)
		return "About a minute";
	if (seconds >= 3600 && seconds < 2 * 3600)
		return "About an hour";
	for (const struct unit *u = units;; u++)
		if (seconds >= u->from) {
			snprintf(text, AGE_SIZE, "%llu %s",
			    (unsigned long long)(seconds / u->size), u->name);
			return text;
		}
}
