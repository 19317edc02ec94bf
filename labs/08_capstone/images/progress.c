/* progress.c - how far a long work is, on a terminal; and its interruption. */

#define _GNU_SOURCE
#include <sys/ioctl.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exit.h"
#include "progress.h"
#include "shown.h"

#define INTERVAL 100 /* milliseconds between two drawings */
#define MEGABYTE 1e6
#define MOMENT 1 /* seconds */

static volatile sig_atomic_t caught;
static atomic_uint_least64_t done;
static uint64_t total;
static const char *what; /* NULL: nothing is under way */
static int64_t drawn; /* when, in milliseconds */

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* "abc  [####------]  12.3 of 45.6 MB", as wide as there is room for. */
static void
draw(void)
{
	struct winsize size = { 0 };
	uint64_t bytes = done;
	double share = total > 0 ? (double)bytes / (double)total : 0;
	int bar, width, full;

	width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
	    ? size.ws_col
	    : 80;
	bar = width - 58;
	if (bar > 50)
		bar = 50;
	fprintf(stderr, "\r\033[K%-28.28s", what);
	if (bar > 4 && total > 0) {
		full = (int)(share < 1 ? share * bar : bar);
		fputs(" [", stderr);
		for (int i = 0; i < bar; i++)
			putc(i < full ? '#' : '-', stderr);
		putc(']', stderr);
	}
	if (width >= 58 && total > 0)
		fprintf(stderr, " %.1f of %.1f MB", (double)bytes / MEGABYTE,
		    (double)total / MEGABYTE);
	fflush(stderr);
	drawn = now();
}

void
progress_begin(const char *text, uint64_t bytes)
{
	static char copy[64];

	if (!isatty(STDERR_FILENO))
		return;
	strlcpy(copy, shown(text), sizeof(copy));
	what = copy;
	total = bytes;
	done = 0;
	draw();
}

void
progress_add(uint64_t bytes)
{
	done += bytes;
}

int
progress_signal(void)
{
	if (caught != 0)
		alarm(0);
	return caught;
}

void
progress_step(void)
{
	if (progress_signal() != 0)
		exit(EXIT_SIGNAL + caught);
	if (what != NULL && now() >= drawn + INTERVAL)
		draw();
}

void
progress_end(void)
{
	if (what == NULL)
		return;
	draw();
	putc('\n', stderr);
	what = NULL;
}

/* We are waiting for something that does not come. */
static void
give_up(int number)
{
	(void)number;
	signal(caught, SIG_DFL);
	raise(caught);
}

/* There is a moment to notice and to clear up; the next sweep can do it too. */
static void
note(int number)
{
	caught = number;
	alarm(MOMENT);
}

void
progress_catch_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = note,
		.sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction old;

		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	signal(SIGALRM, give_up);
}
