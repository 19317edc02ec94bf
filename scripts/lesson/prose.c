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

#include "exit.h"
#include "prose.h"

static _Noreturn void
become_lowdown(const struct buf *prose, int out, int width, bool colour)
{
	char columns[40], limit[40];
	int in = memfd_create("prose", MFD_CLOEXEC), null;
	sigset_t none;

	snprintf(columns, sizeof(columns), "--term-columns=%d", width);
	/* It indents paragraphs, and does not count that. */
	snprintf(limit, sizeof(limit), "--term-width=%d",
	    width > 40 ? width - 6 : width);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (in == -1 || null == -1 ||
	    write(in, prose->data, prose->len) != (ssize_t)prose->len ||
	    lseek(in, 0, SEEK_SET) == -1 || dup2(in, 0) == -1 ||
	    dup2(out, 1) == -1 || dup2(null, 2) == -1)
		_exit(EXIT_OWN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execlp("lowdown", "lowdown", "-Tterm", columns, limit, "--term-nolinks",
	    "--parse-no-metadata", "--parse-no-intraemph",
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

/* How many bytes of text fit, up to a space if there is one. */
static size_t
fit(const char *text, int width)
{
	size_t len = 0, space = 0;
	int columns = 0;

	for (; text[len] != '\0'; len++) {
		/* Each character takes a column, near enough. */
		if (((unsigned char)text[len] & 0xc0) != 0x80 &&
		    columns++ == width)
			return space > 0 ? space : len;
		if (text[len] == ' ')
			space = len;
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

void
prose_lines(
    const struct buf *prose, int width, bool colour, struct lines *lines)
{
	struct buf out = { 0 };
	const char *text, *end;
	char *line;
	bool plain;

	*lines = (struct lines){ 0 };
	plain = !run_lowdown(prose, width, colour, &out);
	text = plain ? buf_text(prose) : buf_text(&out);
	while (*text != '\0') {
		end = strchrnul(text, '\n');
		line = strndup(text, (size_t)(end - text));
		if (line == NULL)
			err(EXIT_OWN, "strndup");
		if (line[0] == '\0' && lines->count == 0)
			; /* blank lines at the beginning */
		else if (plain)
			prose_wrap(line, width, 0, lines);
		else
			lines_add(lines, line, strlen(line));
		free(line);
		text = *end == '\n' ? end + 1 : end;
	}
	while (lines->count > 0 && *lines->line[lines->count - 1] == '\0')
		free(lines->line[--lines->count]);
	buf_free(&out);
}
