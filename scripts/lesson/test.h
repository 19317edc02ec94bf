/* test.h - lesson test: every block is a test. */

#ifndef TEST_H
#define TEST_H

#include "engine.h"

/*
 * Run the lesson's blocks, and write a line of TAP for each, numbered from
 * first on.  0, or 1 when one has failed.
 */
int test_lesson(struct engine *e, const struct doc *doc, int first);

#endif
