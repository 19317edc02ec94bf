/* explain.h - "box run --explain": say each step as it happens. */

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

/* From here on, speak.  Without it explain() is silent. */
void explain_start(void);

/*
 * Say on standard error what the function of this name is about to do: who
 * does it, the system call, what changes, and where the code is.  The words
 * come from the table in explain.c; a name that is not there is a bug.
 */
void explain(const char *function);

#endif
