/* prose.c - Markdown for a terminal.  See lowdown(1), memfd_create(2). */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapt.h"
#include "exit.h"
#include "prose.h"

static _Noreturn void
become_lowdown(const struct buf *prose, int out, int width, bool colour)
{
	char columns[40], limit[40];
	int in = memfd_create("prose", MFD_CLOEXEC), null;
	sigset_t none;

	snprintf(columns, sizeof(columns), "--term-columns=%d", width);
	/* It indents paragraphs and lists, and does not count that. */
	snprintf(limit, sizeof(limit), "--term-width=%d",
	    width > 40 ? width - 8 : width);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (in == -1 || null == -1 ||
	    write(in, prose->data, prose->len) != (ssize_t)prose->len ||
	    lseek(in, 0, SEEK_SET) == -1 || dup2(in, 0) == -1 ||
	    dup2(out, 1) == -1 || dup2(null, 2) == -1)
		_exit(EXIT_OWN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execlp("lowdown", "lowdown", "-Tterm", columns, limit, "--term-nolinks",
	    "--parse-no-metadata", "--parse-no-intraemph", "--out-no-smarty",
	    colour ? (char *)NULL : "--term-no-ansi", (char *)NULL);
	_exit(EXIT_NOTFOUND);
}

/* False: there is no lowdown, or it would not. */
static bool
run_lowdown(const struct buf *prose, int width, bool colour, struct buf *out)
{
	char data[4096];
	int pipes[2], wstatus;
	ssize_t n;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) == -1)
		err(EXIT_OWN, "pipe2");
	fflush(NULL);
	pid = fork();
	if (pid == -1)
		err(EXIT_OWN, "fork");
	if (pid == 0)
		become_lowdown(prose, pipes[1], width, colour);
	close(pipes[1]);
	while ((n = read(pipes[0], data, sizeof(data))) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			buf_add(out, data, (size_t)n);
	close(pipes[0]);
	while (waitpid(pid, &wstatus, 0) == -1)
		if (errno != EINTR)
			return false;
	return wstatus == 0;
}

/* The length of a colour at the beginning of text, or 0. */
static size_t
colour_length(const char *text)
{
	size_t len;

	if (text[0] != '\033' || text[1] != '[')
		return 0;
	len = 2 + strspn(text + 2, "0123456789;");
	return text[len] == 'm' ? len + 1 : 0;
}

/* How many bytes of text fit, up to a space if there is one. */
static size_t
fit(const char *text, int width)
{
	size_t len = 0, space = 0, colour;
	int columns = 0;

	while (text[len] != '\0') {
		colour = colour_length(text + len);
		if (colour > 0) {
			len += colour;
			continue;
		}
		/* Each character takes a column, near enough. */
		if (((unsigned char)text[len] & 0xc0) != 0x80 &&
		    columns++ == width)
			return space > 0 ? space : len;
		if (text[len] == ' ')
			space = len;
		len++;
	}
	return len;
}

void
prose_wrap(const char *text, int width, int indent, struct lines *lines)
{
	struct buf line = { 0 };
	size_t len;

	if (width < indent + 8)
		width = indent + 8;
	do {
		len = fit(text, width - indent);
		buf_clear(&line);
		buf_printf(&line, "%*s%.*s", indent, "", (int)len, text);
		lines_add(lines, line.data, line.len);
		text += len;
		text += strspn(text, " ");
	} while (*text != '\0');
	buf_free(&line);
}

/* What stands in front of a line of code, or of a paragraph. */
static int
margin(const char *line)
{
	int columns = 0;
	size_t colour;

	for (; *line != '\0'; line++) {
		while ((colour = colour_length(line)) > 0)
			line += colour;
		if (*line != ' ' && *line != '|')
			break;
		columns++;
	}
	return columns;
}

/* Without the signs of a heading, where its colour says that it is one. */
static const char *
skip_signs(const char *line)
{
	const char *text = line + colour_length(line);
	size_t signs = strspn(text, "#");

	return text > line && signs > 0 && text[signs] == ' ' ? text + signs + 1
							      : line;
}

/*
 * A line as lowdown wrote it.  What it never breaks, such as code, is broken
 * here, for else nobody knows how many lines of the window a page takes.
 */
static void
add_line(const char *line, int width, struct lines *lines)
{
	const char *rest;
	struct buf first = { 0 };
	size_t len, colour;
	int indent = margin(line);

	line = skip_signs(line);
	len = fit(line, width);
	for (rest = line + len; *rest == ' '; rest++)
		;
	while ((colour = colour_length(rest)) > 0)
		rest += colour;
	if (*rest == '\0') {
		lines_add(lines, line, strlen(line));
		return;
	}
	buf_add(&first, line, len);
	lines_add(lines, first.data, first.len);
	buf_free(&first);
	prose_wrap(rest, width, indent + 4 < width / 2 ? indent + 4 : 0, lines);
}

void
prose_lines(const struct buf *prose, const char *directory, int width,
    bool colour, struct lines *lines)
{
	struct buf text = { 0 }, out = { 0 };
	const char *next, *end;
	char *line;

	*lines = (struct lines){ 0 };
	adapt_prose(prose, directory, &text);
	if (!run_lowdown(&text, width, colour, &out)) {
		buf_clear(&out);
		buf_puts(&out, buf_text(&text));
	}
	for (next = buf_text(&out); *next != '\0';
	     next = *end == '\n' ? end + 1 : end) {
		end = strchrnul(next, '\n');
		line = strndup(next, (size_t)(end - next));
		if (line == NULL)
			err(EXIT_OWN, "strndup");
		/* No blank lines at the beginning, nor at the end. */
		if (line[0] != '\0' || lines->count > 0)
			add_line(line, width, lines);
		free(line);
	}
	while (lines->count > 0 && *lines->line[lines->count - 1] == '\0')
		free(lines->line[--lines->count]);
	buf_free(&text);
	buf_free(&out);
}
