/* console.h - the inside of a console block: a transcript. */

#ifndef CONSOLE_H
#define CONSOLE_H

#include "doc.h"

/*
 * Read the count lines of a block, whose fence is at line number fence of the
 * file called name and has info behind the word console.  Exits with a
 * message on what is no transcript.
 */
void console_read(const char *name, int fence, const char *info,
    char *const line[], size_t count, struct block *block);

#endif
