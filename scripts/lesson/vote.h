/* vote.h - a question to the class, and its answer afterwards. */

#ifndef VOTE_H
#define VOTE_H

#include "doc.h"
#include "ui.h"

/* The question that waits for its answer, with the hands for each. */
struct vote {
	const struct question *question; /* or NULL */
	int hands[9];
};

/* Show the question, and take the hands.  False: the end was asked for. */
bool vote_ask(
    struct ui *ui, const struct question *question, struct vote *vote);

/* The right answer of a question, and how many knew.  Then forgets it. */
void vote_reveal(struct ui *ui, struct vote *vote);

#endif
