/* ui.h - the instructor's screen and keyboard. */

#ifndef UI_H
#define UI_H

#include <stdbool.h>
#include <termios.h>

#include "loop.h"
#include "paint.h"

/* Keys that are no character. */
enum {
	KEY_NONE,
	KEY_INTERRUPT = 3, /* Ctrl-C */
	KEY_NEXT = 256,
	KEY_BACK,
	KEY_QUIT, /* a signal asks us to end, or the terminal is gone */
	KEY_RESIZE, /* the window has another size */
};

struct ui {
	struct sink sink;
	struct loop *loop;
	int tty; /* or -1: nobody types, go on by yourself */
	struct termios saved;
	unsigned char pending[64]; /* typed, and not yet looked at */
	size_t count;
	int pace; /* percent */
	bool hurry; /* until the step's end, at once */
	bool quit;
};

/* Take the terminal, unless automatic.  Exits when there is none. */
void ui_open(struct ui *ui, struct loop *loop, bool automatic, int pace);

/* Give it back as it was. */
void ui_close(struct ui *ui);

/* Take over the window's size, for the sessions too. */
void ui_resize(struct ui *ui);

/* The next key that was typed, or KEY_NONE. */
int ui_typed(struct ui *ui);

/*
 * Wait for a key, with a line of help below; or, if automatic, a while.  Two
 * Ctrl-C in a row are the end.
 */
int ui_key(struct ui *ui, const char *help);

/*
 * Let the instructor write a line, behind label; only digits, if so wanted.
 * False: Escape or Ctrl-C.  The caller frees the text.
 */
bool ui_line(struct ui *ui, const char *label, bool digits, struct buf *text);

/* A remark of the engine's own: dim, on a line of its own. */
void ui_remark(struct ui *ui, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
