/* test.c - lesson test: every block is a test.  See testanything.org. */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "block.h"
#include "needs.h"
#include "test.h"

/* "#" would begin a directive. */
static void
print_name(const struct doc *doc, const struct part *part)
{
	const char *text = part->block.step[0].text;

	printf("%s:%d ", doc->name, part->line);
	for (; *text != '\0' && *text != '\n'; text++)
		if (*text == '#')
			fputs("\\#", stdout);
		else
			putchar(*text);
}

static void
print_comment(const char *text)
{
	size_t len;

	while (*text != '\0') {
		len = strcspn(text, "\n");
		printf("# %.*s\n", (int)len, text);
		text += len + (text[len] == '\n' ? 1 : 0);
	}
}

/* False: the block has failed. */
static bool
test_block(struct engine *e, const struct doc *doc, const struct part *part,
    int number, const char *stop)
{
	const char *missing = needs_missing(e, &part->block);
	struct buf why = { 0 };
	bool passed = true;

	if (missing == NULL && stop != NULL) {
		buf_puts(&why, stop);
		passed = false;
	} else if (missing == NULL) {
		passed = block_run(e, doc, &part->block, &why);
	}
	printf("%s %d - ", passed ? "ok" : "not ok", number);
	print_name(doc, part);
	if (missing != NULL)
		printf(" # skip %s", missing);
	putchar('\n');
	print_comment(buf_text(&why));
	buf_free(&why);
	fflush(stdout);
	return passed;
}

int
test_lesson(struct engine *e, const struct doc *doc, int first)
{
	const char *stop = NULL;
	int failed = 0;

	for (size_t i = 0; i < doc->count; i++) {
		if (doc->part[i].kind != PART_BLOCK)
			continue;
		if (test_block(e, doc, &doc->part[i], first++, stop))
			continue;
		failed = 1;
		if (e->real_root)
			stop = "not run: as root, nothing runs after a failure";
	}
	return failed;
}
