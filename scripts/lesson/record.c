/*
 * record.c - lesson record: the console blocks as an asciicast, version 2.
 *
 * That is a line of JSON with the size of the terminal, and then one for each
 * event: when, "o" for output, and what.  Time is a reader's: typing takes as
 * long as it would, and a command no longer than anybody wants to wait.
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "needs.h"
#include "play.h"
#include "record.h"

/* The longest that a command is seen to take. */
enum {
	WAIT_MAX = 1500,
	BLOCK_MS = 1000
};

struct recorder {
	struct sink sink;
	long now; /* of the recording, in ms */
	long real; /* when the last event was; 0: none since the pause */
	struct buf text; /* of one event */
	long when; /* of that */
};

/* The length of the character of UTF-8 that begins here, or 0: it is none. */
static size_t
character(const unsigned char *text, size_t len)
{
	size_t want;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] < 0xe0)
		want = 2;
	else if (text[0] >= 0xe0 && text[0] < 0xf0)
		want = 3;
	else if (text[0] >= 0xf0 && text[0] < 0xf5)
		want = 4;
	else
		return 0;
	for (size_t i = 1; i < want; i++)
		if (i == len || (text[i] & 0xc0) != 0x80)
			return 0;
	/* Too long a form, a surrogate, or over U+10FFFF. */
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return want;
}

static void
print_string(const char *text, size_t len)
{
	size_t n;

	putchar('"');
	for (size_t i = 0; i < len; i += n) {
		unsigned char c = (unsigned char)text[i];

		n = character((const unsigned char *)text + i, len - i);
		if (n == 0) {
			fputs("\\ufffd", stdout);
			n = 1;
		} else if (c == '\n') {
			fputs("\\r\\n", stdout);
		} else if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) {
			printf("\\u%04x", c);
		} else {
			fwrite(text + i, 1, n, stdout);
		}
	}
	putchar('"');
}

/* What has been put at one time is one event. */
static void
flush(struct recorder *r)
{
	if (r->text.len == 0)
		return;
	printf("[%ld.%03ld, \"o\", ", r->when / 1000, r->when % 1000);
	print_string(r->text.data, r->text.len);
	puts("]");
	buf_clear(&r->text);
}

static void
put(struct sink *sink, const char *text, size_t len)
{
	struct recorder *r = (struct recorder *)sink;
	long real = loop_now(), passed = real - r->real;

	if (r->real != 0 && passed > 0) {
		/* Half a character has to wait for the other half. */
		if (((unsigned char)text[0] & 0xc0) != 0x80)
			flush(r);
		r->now += passed < WAIT_MAX ? passed : WAIT_MAX;
	}
	if (r->text.len == 0)
		r->when = r->now;
	r->real = real;
	buf_add(&r->text, text, len);
}

static void
pause_for(struct sink *sink, long ms)
{
	struct recorder *r = (struct recorder *)sink;

	flush(r);
	r->now += ms;
	r->real = loop_now();
}

static bool
look(struct play *play, struct session *s, int events)
{
	(void)play;
	(void)s;
	return (events & LOOP_QUIT) == 0;
}

/* False: a signal asks us to end. */
static bool
record_block(struct play *play, const struct block *block)
{
	struct session *s;
	enum outcome outcome;
	int status;

	if (needs_missing(play->engine, block) != NULL)
		return true;
	for (size_t i = 0; i < block->count; i++) {
		outcome = play_step(play, &block->step[i], &status);
		if (outcome == OUTCOME_QUIT)
			return false;
		if (outcome != OUTCOME_HUNG || block->step[i].open)
			continue;
		s = loop_session(&play->engine->loop, block->step[i].name);
		engine_give_up(play->engine, s);
		return true;
	}
	play->sink->pause(play->sink, BLOCK_MS);
	return true;
}

int
record_lesson(struct engine *e, const struct doc *doc)
{
	struct recorder r = { .sink = { put, pause_for, true, false } };
	struct play play = { e, &r.sink, e->limit, NULL, look, NULL };

	e->loop.named = true;
	puts("{\"version\": 2, \"width\": 80, \"height\": 24, "
	     "\"env\": {\"TERM\": \"xterm-256color\"}}");
	for (size_t i = 0; i < doc->count; i++)
		if (doc->part[i].kind == PART_BLOCK &&
		    !record_block(&play, &doc->part[i].block))
			return 130;
	flush(&r);
	buf_free(&r.text);
	return 0;
}
