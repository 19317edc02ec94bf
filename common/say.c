/* say.c - narration.  One write(2) each time, so host and box never mix. */

#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "say.h"

static FILE *output;
static bool colour;
static int false_claims;

void
say_to(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	output = out;
	if (out == NULL)
		return;
	setvbuf(out, NULL, _IOLBF, 0);
	colour =
	    isatty(fileno(out)) && (no_color == NULL || no_color[0] == '\0');
}

static void
say_line(enum say_who who, const char *mark, const char *fmt, va_list ap)
{
	static const char *const name[] = { "host", "box" };
	static const char *const paint[] = { "\033[36m", "\033[32m" };
	const char *alarm =
	    colour && strcmp(mark, "NO") == 0 ? "\033[1;31m" : "";
	const char *plain = colour ? "\033[0m" : "";
	char text[1024], all[2048], *line, *rest = text;
	size_t n = 0;

	if (output == NULL)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	while (n < sizeof(all) && (line = strsep(&rest, "\n")) != NULL)
		n += (size_t)snprintf(all + n, sizeof(all) - n,
		    "%s%-4s%s  %s%2s%s  %s\n", colour ? paint[who] : "",
		    name[who], plain, alarm, mark, plain, line);
	fputs(all, output);
}

void
say(enum say_who who, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line(who, "", fmt, ap);
	va_end(ap);
}

bool
say_claim(enum say_who who, bool holds, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line(who, holds ? "ok" : "NO", fmt, ap);
	va_end(ap);
	if (!holds)
		false_claims++;
	return holds;
}

int
say_verdict(void)
{
	return false_claims == 0 ? 0 : EXIT_CLAIM;
}
