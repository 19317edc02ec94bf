/* walk_parts.h - what the files of "lesson walk" share. */

#ifndef WALK_PARTS_H
#define WALK_PARTS_H

#include "play.h"
#include "vote.h"

/* Where to go from what is shown. */
enum turn {
	TURN_STAY,
	TURN_NEXT,
	TURN_BACK,
	TURN_SKIP,
	TURN_AGAIN, /* show it again: the window has another size */
	TURN_QUIT,
};

/* A lesson before a class. */
struct walk {
	struct ui ui;
	struct play play;
	struct engine *engine;
	const struct doc *doc;
	struct vote vote;
	const char *session; /* which the keys r and l are about */
	char *directory; /* where the lesson lies, and its figures */
	size_t part;
	bool backward; /* we come from what follows */
};

/* Where the class is asked what next: a line of help says what space does. */
enum turn walk_ask(struct walk *w, const char *what);

/* Keys while a command runs, for struct play: false leaves it alone. */
bool walk_look(struct play *play, struct session *s, int events);

/* Said of a command that takes long. */
extern const char walk_patience[];

/* Say of a step what is not as one might think. */
void walk_remark(
    struct walk *w, const struct step *step, enum outcome outcome, int status);

/* Show a part, until it is time for another. */
enum turn walk_prose(struct walk *w, const struct part *part);
enum turn walk_block(struct walk *w, struct block *block);

/*
 * Is that part of the lesson nothing but a title, which belongs on the page of
 * what follows it?
 */
bool walk_is_title(const struct walk *w, size_t part);

#endif
