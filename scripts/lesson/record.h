/* record.h - lesson record: the console blocks as an asciicast. */

#ifndef RECORD_H
#define RECORD_H

#include "engine.h"

/* Run the blocks, and write what a class would see to standard output. */
int record_lesson(struct engine *e, const struct doc *doc);

#endif
