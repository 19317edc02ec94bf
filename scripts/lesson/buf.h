/* buf.h - text that grows, and lists of it. */

#ifndef BUF_H
#define BUF_H

#include <stddef.h>

/* len bytes and a NUL behind them; all zero is an empty one. */
struct buf {
	char *data;
	size_t len;
	size_t room;
};

/* Exits when there is no memory, as do all below. */
void buf_add(struct buf *b, const char *data, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

/* The text, never NULL. */
const char *buf_text(const struct buf *b);

/* Lines of text, each the list's own. */
struct lines {
	char **line;
	size_t count;
};

void lines_add(struct lines *l, const char *text, size_t len);
void lines_free(struct lines *l);

/* strdup(3) that does not fail. */
char *copy_text(const char *text);

/* Room for one more element at the end of a list. */
void *grow(void *list, size_t count, size_t size);

#endif
