/* vote.c - a question to the class, and its answer afterwards. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "prose.h"
#include "vote.h"

/* Without Markdown's signs for code and for stress. */
static void
show_wrapped(struct ui *ui, const char *text, int indent)
{
	struct lines lines = { 0 };
	struct buf plain = { 0 };
	bool code = false;

	for (; *text != '\0'; text++)
		if (*text == '`')
			code = !code;
		else if (code || *text != '*')
			buf_add(&plain, text, 1);
	prose_wrap(buf_text(&plain), ui->loop->size.ws_col, indent, &lines);
	for (size_t i = 0; i < lines.count; i++)
		puts(lines.line[i]);
	lines_free(&lines);
	buf_free(&plain);
}

static void
show_question(struct ui *ui, const struct question *q)
{
	const char *bold = ui->sink.colour ? "\033[1;33m" : "";
	struct buf line = { 0 };

	printf("\n%s", bold);
	buf_printf(&line, "What do you predict?  %s", q->text);
	show_wrapped(ui, line.data, 0);
	fputs(paint_plain(&ui->sink), stdout);
	for (size_t i = 0; i < q->answers.count; i++) {
		buf_clear(&line);
		buf_printf(&line, "%c) %s", 'a' + (char)i, q->answers.line[i]);
		show_wrapped(ui, line.data, 4);
	}
	buf_free(&line);
	puts("");
	fflush(stdout);
}

bool
vote_ask(struct ui *ui, const struct question *question, struct vote *vote)
{
	struct buf text = { 0 };
	char label[60];

	*vote = (struct vote){ .question = question };
	show_question(ui, question);
	if (ui->tty == -1) {
		ui_key(ui, "");
		return !ui->quit;
	}
	for (size_t i = 0; i < question->answers.count && !ui->quit; i++) {
		snprintf(label, sizeof(label),
		    "hands for %c (Enter: none; Esc: no vote): ",
		    'a' + (char)i);
		/* No hands are counted from here on. */
		if (!ui_line(ui, label, true, &text))
			break;
		vote->hands[i] = (int)strtol(text.data, NULL, 10);
	}
	puts("");
	buf_free(&text);
	return !ui->quit;
}

static void
show_bar(struct ui *ui, int hands, int most, bool right)
{
	int room = ui->loop->size.ws_col - 14, length = 0;

	if (room < 4)
		room = 4;
	if (room > 50)
		room = 50;
	if (most > 0)
		length = (hands * room + most - 1) / most;
	printf("   %s", right && ui->sink.colour ? "\033[1;32m" : "");
	for (int i = 0; i < length; i++)
		putchar('#');
	printf(
	    "%s%s%d\n", length > 0 ? " " : "", paint_plain(&ui->sink), hands);
}

void
vote_reveal(struct ui *ui, struct vote *vote)
{
	const struct question *q = vote->question;
	struct buf line = { 0 };
	int most = 0;

	for (size_t i = 0; i < q->answers.count; i++)
		if (vote->hands[i] > most)
			most = vote->hands[i];
	puts("");
	buf_printf(&line, "The answer is %c) %s", q->right,
	    q->answers.line[q->right - 'a']);
	show_wrapped(ui, line.data, 0);
	buf_free(&line);
	for (size_t i = 0; most > 0 && i < q->answers.count; i++) {
		bool right = q->right == 'a' + (char)i;

		printf("%c%c", 'a' + (char)i, right ? '*' : ' ');
		show_bar(ui, vote->hands[i], most, right);
	}
	puts("");
	fflush(stdout);
	vote->question = NULL;
}
