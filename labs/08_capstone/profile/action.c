/* action.c - what a profile wants done with a system call. */

#define _GNU_SOURCE
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "profile.h"

#define ERRNO_MAX 4095 /* the kernel's MAX_ERRNO */

static const struct action {
	const char *name;
	uint32_t value;
	bool takes_errno;
} actions[] = {
	{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW, false },
	{ "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0), true },
	{ "SCMP_ACT_KILL", SCMP_ACT_KILL, false },
	{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD, false },
	{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS, false },
	{ "SCMP_ACT_LOG", SCMP_ACT_LOG, false },
	{ "SCMP_ACT_TRACE", SCMP_ACT_TRACE(0), true },
	{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP, false },
};

/* "EPERM": what newer profiles have beside, or instead of, the number. */
static uint32_t
errno_named(const char *name, const char *where, const char *key)
{
	const char *known;

	for (int i = 1; i < ERRNO_MAX; i++) {
		known = strerrorname_np(i);
		if (known != NULL && strcmp(known, name) == 0)
			return (uint32_t)i;
	}
	field_bad(where, key, "no error is called %s", name);
}

static uint32_t
errno_read(struct json_object *object, const char *where, bool fallback)
{
	const char *number = fallback ? "defaultErrnoRet" : "errnoRet";
	const char *name = fallback ? "defaultErrno" : "errno";
	const char *text;
	uint64_t value;

	if (field_number(object, where, number, ERRNO_MAX, &value))
		return (uint32_t)value;
	text = field_text(object, where, name);
	if (text != NULL && text[0] != '\0')
		return errno_named(text, where, name);
	return EPERM;
}

uint32_t
action_read(struct json_object *object, const char *where, const char *key)
{
	const char *name = field_must(object, where, key);
	size_t i = 0;

	if (strcmp(name, "SCMP_ACT_NOTIFY") == 0)
		field_bad(where, key,
		    "SCMP_ACT_NOTIFY needs a process that decides, and box "
		    "has none");
	while (strcmp(actions[i].name, name) != 0)
		if (++i == sizeof(actions) / sizeof(actions[0]))
			field_bad(where, key, "no action is called %s", name);
	if (!actions[i].takes_errno)
		return actions[i].value;
	return actions[i].value |
	    errno_read(object, where, strcmp(key, "defaultAction") == 0);
}
