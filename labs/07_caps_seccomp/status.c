/* status.c - what a process may do, as its status file in /proc says. */

#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "file.h"
#include "status.h"
#include "userns.h"

static uint64_t
field(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	if (at == NULL)
		errx(EXIT_OWN, "no %s in /proc/self/status", name + 1);
	return strtoull(at + strlen(name), NULL, base);
}

struct status
parse_status(const char *text)
{
	const char *uids = strstr(text, "\nUid:\t");
	struct status s;

	if (uids == NULL || sscanf(uids, "\nUid: %*u %u", &s.euid) != 1)
		errx(EXIT_OWN, "no Uid in /proc/self/status");
	s.inheritable = field(text, "\nCapInh:", 16);
	s.permitted = field(text, "\nCapPrm:", 16);
	s.effective = field(text, "\nCapEff:", 16);
	s.bounding = field(text, "\nCapBnd:", 16);
	s.ambient = field(text, "\nCapAmb:", 16);
	return s;
}

struct status
look(void)
{
	char text[8192];

	if (file_read("/proc/self/status", text, sizeof(text)) == -1)
		err(EXIT_OWN, "/proc/self/status");
	return parse_status(text);
}

void
say_sets(enum say_who who)
{
	struct status s = look();

	say(who,
	    "inh %" PRIx64 "  prm %" PRIx64 "  eff %" PRIx64 "  bnd %" PRIx64
	    "  amb %" PRIx64,
	    s.inheritable, s.permitted, s.effective, s.bounding, s.ambient);
}

unsigned int
become_able(uint64_t needed)
{
	unsigned int ids;

	if ((look().effective & needed) == needed)
		return 0;
	ids = userns_enter();
	say(SAY_HOST, "not root: working in a user namespace");
	return ids;
}
