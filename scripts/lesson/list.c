/* list.c - lesson list: what is where in a lesson. */

#include <stdio.h>
#include <string.h>

#include "list.h"

static void
list_block(const struct part *part)
{
	const char *text = part->block.step[0].text;

	printf("%d\tblock\t%.*s\n", part->line, (int)strcspn(text, "\n"), text);
}

void
list_lesson(const struct doc *doc)
{
	for (size_t i = 0; i < doc->count; i++) {
		const struct part *part = &doc->part[i];

		if (part->kind == PART_BLOCK)
			list_block(part);
		else if (part->kind == PART_QUESTION)
			printf("%d\tquestion\t%s\n", part->line,
			    part->question.text);
		else if (part->heading != NULL)
			printf("%d\tsection\t%s\n", part->line, part->heading);
	}
}
