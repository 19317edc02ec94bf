/* table.h - tables for a person to read, no wider than the terminal. */

#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

struct table {
	const char *const *heads; /* ended by NULL */
	unsigned int shrink; /* bit n: column n may be cut short to fit */
	char **cells;
	size_t count;
};

/*
 * Append a cell, in reading order.  What could do things to a terminal becomes
 * "?".  Exits without memory.
 */
void table_add(struct table *table, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Print and free the cells, the last column as wide as it happens to be.  On a
 * terminal the columns that may are cut with an ellipsis so that all fits.
 */
void table_print(struct table *table);

#endif
