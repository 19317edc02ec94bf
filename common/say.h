/* say.h - narration: who speaks, host or box, and is it true? */

#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stdio.h>

enum say_who {
	SAY_HOST,
	SAY_BOX,
};

/*
 * Narrate to out, in colour when it is a terminal and NO_COLOR is not set.
 * NULL, as at the start, is silence.  Children made by fork(2) inherit it.
 */
void say_to(FILE *out);

/*
 * One line, as in "box      the hostname is boxed".  A text of more lines has
 * that before each, and nobody else's lines come between.
 */
void say(enum say_who who, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * One line that is a claim: "ok" stands before it when it holds, "NO" when
 * not.  Counted in the calling process, also in silence.  Returns holds.
 */
bool say_claim(enum say_who who, bool holds, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* 0 when every claim of this process held, else EXIT_CLAIM. */
int say_verdict(void);

#endif
