/* table.h - tables for a person to read, no wider than the terminal. */

#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table {
	const char *const *heads; /* ended by NULL */
	bool whole; /* nothing is cut, wherever it goes */
	unsigned int shrink; /* bit n: cut column n short first, to fit */
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
 * Print and free the cells.  On a terminal columns are cut with an ellipsis so
 * that all fits, but not the first.
 */
void table_print(struct table *table);

#endif
