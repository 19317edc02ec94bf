/* list.h - lesson list: what is where in a lesson. */

#ifndef LIST_H
#define LIST_H

#include "doc.h"

/* One line each, with tabs: line number, what it is, its text. */
void list_lesson(const struct doc *doc);

#endif
