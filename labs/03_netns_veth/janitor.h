/* janitor.h - who clears the host when the program is dead. */

#ifndef JANITOR_H
#define JANITOR_H

#include "box.h"

/*
 * Start a process that waits until the caller is over, however it ends, and
 * then removes the boxes' cables and the bridge ("" if there is none): no
 * handler can do that after SIGKILL.  An exit(3) waits until it is done.
 * Call it before the links are made, with the signals blocked that end the
 * caller, so that they spare the janitor.  Exits on failure.
 */
void janitor_hire(
    const struct box box[], unsigned int boxes, const char *bridge);

/* Send it away: the links shall stay. */
void janitor_dismiss(void);

/* In a child of the caller, at once: it is not for its end that one waits. */
void janitor_forget(void);

#endif
