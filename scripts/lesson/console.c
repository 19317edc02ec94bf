/* console.c - the inside of a console block: a transcript. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "exit.h"

/* A terminal takes 4095 bytes as one line, and the rest is lost. */
enum {
	COMMAND_MAX = 4000
};

static const struct {
	const char *word;
	unsigned int need;
} needs[] = {
	{ "root", NEED_ROOT },
	{ "v1", NEED_V1 },
	{ "v2", NEED_V2 },
	{ "cgroup", NEED_CGROUP },
	{ "userxattr", NEED_USERXATTR },
};

/* One word of { }, with len bytes.  False: no such word. */
static bool
read_word(const char *word, size_t len, struct block *block)
{
	const char *why;
	char text[16];

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (strlen(needs[i].word) == len &&
		    strncmp(needs[i].word, word, len) == 0) {
			block->needs |= needs[i].need;
			return true;
		}
	if (len == 5 && strncmp(word, "fails", len) == 0) {
		block->fails = true;
		return true;
	}
	if (len > 5 && strncmp(word, "arch=", 5) == 0) {
		free(block->arch);
		block->arch = copy_text(word + 5);
		block->arch[len - 5] = '\0';
		return true;
	}
	if (len < 8 || len > 10 || strncmp(word, "status=", 7) != 0)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)len - 7, word + 7);
	block->status = (int)strtonum(text, 0, 255, &why);
	return why == NULL;
}

/* What stands behind "console": nothing, or { words }. */
static void
read_info(const char *name, int line, const char *info, struct block *block)
{
	const char *end;
	size_t len;

	info += strspn(info, " ");
	if (*info == '\0')
		return;
	if (*info != '{')
		errx(EXIT_OWN, "%s:%d: not { words }: %s", name, line, info);
	info++;
	for (;;) {
		info += strspn(info, " ");
		if (*info == '}' && info[1] == '\0')
			return;
		if (strncmp(info, "norun=\"", 7) == 0) {
			end = strchr(info + 7, '"');
			if (end == NULL || end == info + 7)
				errx(EXIT_OWN, "%s:%d: norun has no reason",
				    name, line);
			free(block->norun);
			block->norun = copy_text(info + 7);
			block->norun[end - info - 7] = '\0';
			info = end + 1;
			continue;
		}
		len = strcspn(info, " }");
		if (len == 0 || !read_word(info, len, block))
			errx(EXIT_OWN, "%s:%d: no such word in { }: %.*s", name,
			    line, (int)len, info);
		info += len;
	}
}

/*
 * Is it something to type?  Fill in its kind, name, prompt; its text is what
 * is returned, else NULL.
 */
static const char *
read_step(const char *line, struct step *step)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789");
	const char *rest = line + len;

	if (len == 0 || len >= sizeof(step->name) || line[0] < 'a')
		return NULL;
	snprintf(step->name, sizeof(step->name), "%.*s", (int)len, line);
	if (rest[0] == '^' && rest[1] >= '@' && rest[1] <= '_' &&
	    rest[2] == '\0') {
		step->kind = STEP_KEY;
		return rest + 1;
	}
	/* The space at the end of an empty line of input has been trimmed. */
	if (rest[0] == '>' && (rest[1] == ' ' || rest[1] == '\0')) {
		step->kind = STEP_INPUT;
		return rest[1] == ' ' ? rest + 2 : rest + 1;
	}
	if ((rest[0] != '$' && rest[0] != '#') || rest[1] != ' ')
		return NULL;
	step->kind = STEP_COMMAND;
	step->prompt = rest[0];
	return rest + 2;
}

/* Blank lines at the end of what is expected are for the eye. */
static void
trim(struct lines *lines)
{
	while (lines->count > 0 && *lines->line[lines->count - 1] == '\0')
		free(lines->line[--lines->count]);
}

/* A command that ends in a backslash goes on in the next line. */
static bool
goes_on(const struct step *step)
{
	size_t len = strlen(step->text);

	return step->kind == STEP_COMMAND && step->expected.count == 0 &&
	    len > 0 && step->text[len - 1] == '\\';
}

static void
go_on(struct step *step, const char *line)
{
	char *text;

	if (asprintf(&text, "%s\n%s", step->text, line) == -1)
		err(EXIT_OWN, "asprintf");
	free(step->text);
	step->text = text;
	step->expected_line++;
}

void
console_read(const char *name, int fence, const char *info, char *const line[],
    size_t count, struct block *block)
{
	struct step *step = NULL, next;
	const char *text;

	read_info(name, fence, info, block);
	for (size_t i = 0; i < count; i++) {
		next = (struct step){ .line = fence + (int)i + 1 };
		if (step != NULL && goes_on(step)) {
			go_on(step, line[i]);
			continue;
		}
		text = read_step(line[i], &next);
		if (text == NULL && step == NULL)
			errx(EXIT_OWN, "%s:%d: output before a command", name,
			    next.line);
		if (text == NULL) {
			lines_add(&step->expected, line[i], strlen(line[i]));
			continue;
		}
		if (strlen(text) > COMMAND_MAX)
			errx(EXIT_OWN, "%s:%d: over %d bytes", name, next.line,
			    COMMAND_MAX);
		next.text = copy_text(text);
		next.expected_line = next.line + 1;
		block->step =
		    grow(block->step, block->count, sizeof(*block->step));
		step = &block->step[block->count++];
		*step = next;
	}
	if (step == NULL)
		errx(EXIT_OWN, "%s:%d: no command", name, fence);
	for (size_t i = 0; i < block->count; i++)
		trim(&block->step[i].expected);
}
