/* progress.h - how far a long work is, on a terminal; and its interruption. */

#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/*
 * Begin a part of the work, total bytes long (0: nobody knows).  Where
 * standard error is no terminal nothing is shown.
 */
void progress_begin(const char *what, uint64_t total);

/* So many more are done.  Any thread may say so. */
void progress_add(uint64_t bytes);

/*
 * The main thread calls this often: it draws, now and then, and when a signal
 * asked us to end it exits in an orderly way, which a handler could not.
 */
void progress_step(void);

/* The signal that asked us to end, or 0.  Who asks sees to it. */
int progress_signal(void);

/* The part is done: leave its line as it is. */
void progress_end(void);

/*
 * Let INT, TERM and HUP end the work at the next step; or a second later, if
 * none comes, since who is to bring our input does not.
 */
void progress_catch_signals(void);

#endif
