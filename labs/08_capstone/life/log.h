/* log.h - what a detached container has said, in a file. */

#ifndef LOG_H
#define LOG_H

#include <sys/types.h>

#include <stddef.h>

/*
 * The file has the format of Kubernetes' container runtime interface, a line
 * for each line, or part of one, that the container wrote:
 *
 *	2026-01-02T03:04:05.678901234Z stdout F a line
 *	2026-01-02T03:04:05.778901234Z stderr P a part, whose end comes la
 */
struct log {
	int fd;
	off_t size; /* up to here it is whole */
	size_t lost; /* bytes that there was no room for */
	int why; /* the errno of that */
};

/*
 * Go on with the log in dir, or begin it.  Says so when that fails; what is
 * added is lost then.
 */
int log_open(struct log *log, const char *dir);

/*
 * Take down what stream, "stdout" or "stderr", has brought.  Where the disk is
 * full it is lost, which is noted as soon as there is room: a container must
 * not stop for that.
 */
void log_add(struct log *log, const char *stream, const char *text, size_t n);

/*
 * The parts of a line of a log, without its newline; -1 when it is none.  time
 * ends at a space.  part: the rest of the line is still to come.
 */
struct log_line {
	const char *time;
	int time_length;
	const char *text;
	size_t length;
	int error; /* from stderr */
	int part;
};
int log_parse(const char *line, size_t n, struct log_line *parts);

#endif
