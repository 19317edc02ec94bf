/*
 * ui.c - the instructor's screen and keyboard.
 *
 * The text scrolls as in any shell, so that what was shown can be scrolled
 * back to, and no size of the window is wrong.  Only the line of help is
 * wiped away again.  Read: termios(3), console_codes(4).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "ui.h"

/* How long a reader needs for what waits for a key otherwise. */
enum {
	KEY_MS = 1500,
	ESCAPE_KEY = 27
};

static void
put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
}

/* Keys may cut it short: space is haste, Ctrl-C for who put it there. */
static void
pause_for(struct sink *sink, long ms)
{
	struct ui *ui = (struct ui *)sink;
	long end = loop_now() + ms * ui->pace / 100, left;
	int events, key;

	fflush(stdout);
	while (!ui->hurry && !ui->quit && !sink->stopped &&
	    (left = end - loop_now()) > 0) {
		events = loop_wait(ui->loop, (int)left);
		if (events & LOOP_QUIT)
			ui->quit = true;
		if (events & LOOP_RESIZE)
			ui_resize(ui);
		if ((events & LOOP_KEY) == 0)
			continue;
		while ((key = ui_typed(ui)) != KEY_NONE)
			if (key == KEY_QUIT)
				ui->quit = true;
			else if (key == KEY_INTERRUPT)
				sink->stopped = true;
			else if (key == KEY_NEXT)
				ui->hurry = true;
	}
}

static void
set_raw(struct ui *ui)
{
	struct termios raw;

	if (tcgetattr(ui->tty, &ui->saved) == -1)
		err(EXIT_OWN, "/dev/tty");
	raw = ui->saved;
	cfmakeraw(&raw);
	/* What is written is still text, whose lines end in newlines. */
	raw.c_oflag |= OPOST | ONLCR;
	/* Keys hit before there was anything to see are for nobody. */
	if (tcsetattr(ui->tty, TCSAFLUSH, &raw) == -1)
		err(EXIT_OWN, "/dev/tty");
}

void
ui_open(struct ui *ui, struct loop *loop, bool automatic, int pace)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	*ui = (struct ui){ .sink = { put, pause_for, false, false },
		.loop = loop,
		.pace = pace,
		.tty = -1 };
	ui->sink.colour = isatty(STDOUT_FILENO) &&
	    (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
	if (!automatic) {
		ui->tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
		if (ui->tty == -1)
			err(EXIT_OWN, "/dev/tty");
		set_raw(ui);
		loop->keyboard = ui->tty;
	}
	ui_resize(ui);
}

void
ui_close(struct ui *ui)
{
	fflush(stdout);
	if (ui->tty == -1)
		return;
	tcsetattr(ui->tty, TCSADRAIN, &ui->saved);
	close(ui->tty);
	ui->loop->keyboard = -1;
}

void
ui_resize(struct ui *ui)
{
	struct loop *loop = ui->loop;
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col == 0 ||
	    size.ws_row == 0)
		return;
	loop->size = size;
	for (size_t i = 0; i < loop->count; i++)
		loop_fit(loop, loop->session[i]);
}

/* How many of the bytes are one key. */
static size_t
key_length(const unsigned char *text, size_t count)
{
	size_t len = 2;

	if (text[0] != ESCAPE_KEY || count == 1)
		return 1;
	if (text[1] == 'O' && count > 2)
		return 3;
	if (text[1] != '[')
		return 2;
	while (len < count && (text[len] < '@' || text[len] > '~'))
		len++;
	return len < count ? len + 1 : len;
}

static int
key_of(const unsigned char *text, size_t len)
{
	/* Arrows and pages say forward and back as well. */
	if (len == 3)
		return strchr("BC", text[2]) != NULL ? KEY_NEXT
		    : strchr("AD", text[2]) != NULL  ? KEY_BACK
						     : '\\';
	if (len == 4 && text[3] == '~')
		return text[2] == '6' ? KEY_NEXT
		    : text[2] == '5'  ? KEY_BACK
				      : '\\';
	return len == 1 ? text[0] : '\\';
}

int
ui_typed(struct ui *ui)
{
	ssize_t n;
	size_t len;
	int key;

	if (ui->tty == -1)
		return KEY_NONE;
	if (ui->count == 0) {
		struct pollfd fd = { .fd = ui->tty, .events = POLLIN };

		if (poll(&fd, 1, 0) != 1)
			return KEY_NONE;
		n = read(ui->tty, ui->pending, sizeof(ui->pending));
		if (n == -1 && errno == EINTR)
			return KEY_NONE;
		if (n <= 0)
			return KEY_QUIT; /* the terminal is gone */
		ui->count = (size_t)n;
	}
	len = key_length(ui->pending, ui->count);
	key = key_of(ui->pending, len);
	ui->count -= len;
	memmove(ui->pending, ui->pending + len, ui->count);
	if (key == ' ' || key == '\r' || key == '\n' || key == 'n')
		return KEY_NEXT;
	if (key == 'p' || key == 'b')
		return KEY_BACK;
	return key == 0 ? '\\' : key;
}

static void
show_help(struct ui *ui, const char *help)
{
	int width = ui->loop->size.ws_col - 1;

	printf("\r\033[K%s%.*s%s", ui->sink.colour ? "\033[7m" : "", width,
	    help, paint_plain(&ui->sink));
	fflush(stdout);
}

static int
wait_for_key(struct ui *ui, const char *help)
{
	int key = KEY_NONE, events;

	show_help(ui, help);
	while (key == KEY_NONE && !ui->quit) {
		key = ui_typed(ui);
		if (key != KEY_NONE)
			break;
		events = loop_wait(ui->loop, -1);
		if (events & LOOP_QUIT)
			key = KEY_QUIT;
		if (events & LOOP_RESIZE) {
			ui_resize(ui);
			key = KEY_RESIZE;
		}
	}
	fputs("\r\033[K", stdout);
	return ui->quit ? KEY_QUIT : key;
}

int
ui_key(struct ui *ui, const char *help)
{
	int key;

	ui->hurry = false;
	if (ui->tty == -1) {
		ui->sink.pause(&ui->sink, KEY_MS);
		return ui->quit ? KEY_QUIT : KEY_NEXT;
	}
	/* It was meant for a command that has ended just now, more often. */
	while ((key = wait_for_key(ui, help)) == KEY_INTERRUPT) {
		key = wait_for_key(ui,
		    " Ctrl-C once more ends the lesson; any other key goes "
		    "on ");
		if (key == KEY_INTERRUPT)
			key = KEY_QUIT;
		if (key == KEY_QUIT || key == KEY_RESIZE)
			break;
	}
	if (key == KEY_QUIT)
		ui->quit = true;
	return key;
}

/* The byte that was typed, without another meaning, or KEY_QUIT. */
static int
next_byte(struct ui *ui)
{
	while (ui->count == 0) {
		ssize_t n;
		int events = loop_wait(ui->loop, -1);

		if (events & LOOP_RESIZE)
			ui_resize(ui);
		if (events & LOOP_QUIT)
			return KEY_QUIT;
		if ((events & LOOP_KEY) == 0)
			continue;
		n = read(ui->tty, ui->pending, sizeof(ui->pending));
		if (n <= 0)
			return KEY_QUIT;
		ui->count = (size_t)n;
	}
	return ui->pending[0];
}

static void
drop(struct ui *ui, size_t len)
{
	ui->count -= len;
	memmove(ui->pending, ui->pending + len, ui->count);
}

/* Take away the last character, whatever its bytes are. */
static void
rub_out(struct buf *text)
{
	if (text->len == 0)
		return;
	do
		text->len--;
	while (text->len > 0 &&
	    ((unsigned char)text->data[text->len] & 0xc0) == 0x80);
	text->data[text->len] = '\0';
	fputs("\b \b", stdout);
}

bool
ui_line(struct ui *ui, const char *label, bool digits, struct buf *text)
{
	int c;

	buf_clear(text);
	buf_add(text, "", 0);
	fputs(label, stdout);
	for (;;) {
		fflush(stdout);
		c = next_byte(ui);
		if (c == KEY_QUIT) {
			ui->quit = true;
			break;
		}
		if (c == KEY_INTERRUPT || (c == ESCAPE_KEY && ui->count == 1))
			break;
		if (c == '\r' || c == '\n') {
			drop(ui, 1);
			puts("");
			return true;
		}
		if (c == 0x7f || c == '\b')
			rub_out(text);
		else if (text->len < 1000 &&
		    (digits ? c >= '0' && c <= '9' && text->len < 3
			    : c >= ' ')) {
			buf_add(text, (char *)&ui->pending[0], 1);
			putchar(c);
		}
		drop(ui, key_length(ui->pending, ui->count));
	}
	if (ui->count > 0)
		drop(ui, 1);
	puts("");
	return false;
}

void
ui_remark(struct ui *ui, const char *fmt, ...)
{
	va_list ap;

	if (ui->sink.colour)
		fputs("\033[2m", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("%s\n", paint_plain(&ui->sink));
	fflush(stdout);
}
