/* doc.h - a lesson as its parts.  The format is in docs/lesson-format.md. */

#ifndef DOC_H
#define DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum need {
	NEED_ROOT = 1, /* real root of the machine */
	NEED_V1 = 2, /* memory is counted by cgroup version 1 */
	NEED_V2 = 4, /* by version 2 */
	NEED_CGROUP = 8, /* a memory cgroup that may be divided */
	NEED_USERXATTR = 16, /* attributes user.* where the lesson writes */
};

enum step_kind {
	STEP_COMMAND, /* box# text: a line for the shell */
	STEP_INPUT, /* box> text: a line for what runs there */
	STEP_KEY, /* box^C */
};

/* One thing that is typed, and what shall come of it. */
struct step {
	enum step_kind kind;
	char name[16]; /* the session's */
	char prompt; /* '$' or '#' */
	char *text;
	int line;
	struct lines expected;
	int expected_line; /* where the first of them is in the file */
	bool open; /* what comes next goes to the program, not to a shell */
	bool key; /* and that is a key */
	bool done; /* in the classroom: not to be run again */
};

struct block {
	unsigned int needs;
	bool fails; /* the last status must not be 0 */
	int status; /* the last status must be this, or -1 */
	char *arch; /* the only kind of machine that this is about, or NULL */
	char *norun; /* why it is only shown, or NULL */
	struct step *step;
	size_t count;
};

/* A question to the class before the block that answers it. */
struct question {
	char *text;
	struct lines answers;
	char right; /* 'a' is the first */
	bool asked; /* in the classroom: not to be asked again */
};

enum part_kind {
	PART_PROSE,
	PART_BLOCK,
	PART_QUESTION,
};

struct part {
	enum part_kind kind;
	int line;
	char *heading; /* of a section that begins here, or NULL */
	struct buf prose;
	struct block block;
	struct question question;
};

struct doc {
	const char *name; /* the file's, for messages */
	struct part *part;
	size_t count;
};

/*
 * Read the lesson in path; messages call it name.  Exits with "name:line:
 * what" when it is not as the format says.
 */
struct doc *doc_read(const char *path, const char *name);

/* How many blocks it has. */
int doc_blocks(const struct doc *doc);

/* A step as it stands in the text: "box# hostname". */
void step_show(const struct step *step, const char *text, struct buf *out);

#endif
