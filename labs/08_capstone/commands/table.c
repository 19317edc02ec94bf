/* table.c - tables for a person to read.  See TIOCGWINSZ in ioctl_tty(2). */

#define _GNU_SOURCE
#include <sys/ioctl.h>

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "options.h"
#include "shown.h"
#include "table.h"

enum {
	MOST_COLUMNS = 16,
	GAP = 2,
	LEAST = 6, /* as narrow as a column is made */
};

void
table_add(struct table *table, const char *fmt, ...)
{
	va_list ap;
	char *cell;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&cell, fmt, ap);
	va_end(ap);
	if (n == -1)
		err(EXIT_OWN, "vasprintf");
	shown_clean(cell);
	table->cells =
	    options_grow(table->cells, table->count, sizeof(*table->cells));
	table->cells[table->count++] = cell;
}

/* Columns on the screen: bytes that begin a character. */
static int
width_of(const char *text)
{
	int width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static size_t
measure(const struct table *table, int width[MOST_COLUMNS])
{
	size_t columns = 0;
	int w;

	for (; table->heads[columns] != NULL; columns++)
		width[columns] = width_of(table->heads[columns]);
	for (size_t i = 0; columns > 0 && i < table->count; i++) {
		w = width_of(table->cells[i]);
		if (w > width[i % columns])
			width[i % columns] = w;
	}
	return columns;
}

/* Take from the widest of these columns until total is room, or none may. */
static int
narrow(int width[], size_t columns, unsigned int which, int total, int room)
{
	size_t widest;

	for (; total > room; total--) {
		widest = columns;
		for (size_t i = 0; i < columns; i++)
			if ((which >> i & 1) && width[i] > LEAST &&
			    (widest == columns || width[i] > width[widest]))
				widest = i;
		if (widest == columns)
			break;
		width[widest]--;
	}
	return total;
}

static void
fit(const struct table *table, int width[], size_t columns)
{
	struct winsize size;
	int total = (int)(columns - 1) * GAP;

	if (table->whole || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 ||
	    size.ws_col == 0)
		return;
	for (size_t i = 0; i < columns; i++)
		total += width[i];
	total = narrow(width, columns, table->shrink, total, size.ws_col);

	/* The first column is what the others are about. */
	narrow(width, columns, ~1U, total, size.ws_col);
}

static void
print_cell(const char *text, int width, int last)
{
	int has = width_of(text);

	if (has <= width) {
		printf("%s%*s", text, last ? 0 : width - has + GAP, "");
		return;
	}
	for (int room = width - 1; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80 && room-- == 0)
			break;
		putchar(*text);
	}
	printf("\xe2\x80\xa6%*s", last ? 0 : GAP, "");
}

void
table_print(struct table *table)
{
	int width[MOST_COLUMNS];
	size_t columns = measure(table, width);

	fit(table, width, columns);
	for (size_t i = 0; i < columns; i++)
		print_cell(table->heads[i], width[i], i == columns - 1);
	putchar('\n');
	for (size_t i = 0; columns > 0 && i < table->count; i++) {
		print_cell(table->cells[i], width[i % columns],
		    i % columns == columns - 1);
		if (i % columns == columns - 1)
			putchar('\n');
		free(table->cells[i]);
	}
	free(table->cells);
	table->cells = NULL;
	table->count = 0;
}
