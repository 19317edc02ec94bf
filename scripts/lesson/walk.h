/* walk.h - lesson walk: the lesson before a class. */

#ifndef WALK_H
#define WALK_H

#include "engine.h"

/*
 * Show the lesson, from the section called from if that is not NULL.
 * automatic: without a key; pace is in percent.  The exit status.
 */
int walk_lesson(struct engine *e, const struct doc *doc, bool automatic,
    const char *from, int pace);

/* Is there a section of that name? */
bool walk_has_section(const struct doc *doc, const char *name);

#endif
