/* signals.c - signals by name.  See signal(7). */

#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "signals.h"

#define SIGNAL(name)             \
	{                        \
#name, SIG##name \
	}

static const struct name {
	const char *name;
	int sig;
} names[] = {
	SIGNAL(HUP),
	SIGNAL(INT),
	SIGNAL(QUIT),
	SIGNAL(ILL),
	SIGNAL(TRAP),
	SIGNAL(ABRT),
	SIGNAL(BUS),
	SIGNAL(FPE),
	SIGNAL(KILL),
	SIGNAL(USR1),
	SIGNAL(SEGV),
	SIGNAL(USR2),
	SIGNAL(PIPE),
	SIGNAL(ALRM),
	SIGNAL(TERM),
	SIGNAL(CHLD),
	SIGNAL(CONT),
	SIGNAL(STOP),
	SIGNAL(TSTP),
	SIGNAL(TTIN),
	SIGNAL(TTOU),
	SIGNAL(URG),
	SIGNAL(XCPU),
	SIGNAL(XFSZ),
	SIGNAL(VTALRM),
	SIGNAL(PROF),
	SIGNAL(WINCH),
	SIGNAL(IO),
	SIGNAL(PWR),
	SIGNAL(SYS),
};

#define NAMES (sizeof(names) / sizeof(names[0]))

int
signals_parse(const char *text)
{
	const char *why;
	int sig;

	if (text[0] >= '0' && text[0] <= '9') {
		sig = (int)strtonum(text, 1, SIGRTMAX, &why);
		return why == NULL ? sig : -1;
	}
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (const struct name *n = names; n < names + NAMES; n++)
		if (strcasecmp(n->name, text) == 0)
			return n->sig;
	if (strcasecmp(text, "RTMIN") == 0)
		return SIGRTMIN;
	if (strcasecmp(text, "RTMAX") == 0)
		return SIGRTMAX;
	if (strncasecmp(text, "RTMIN+", 6) != 0 &&
	    strncasecmp(text, "RTMAX-", 6) != 0)
		return -1;
	sig = (int)strtonum(text + 6, 0, SIGRTMAX - SIGRTMIN, &why);
	if (why != NULL)
		return -1;
	return text[5] == '+' ? SIGRTMIN + sig : SIGRTMAX - sig;
}

const char *
signals_name(int sig)
{
	for (const struct name *n = names; n < names + NAMES; n++)
		if (n->sig == sig)
			return n->name;
	return NULL;
}
