/* log.c - what a detached container has said, in a file. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "log.h"

enum {
	HEAD = 64, /* room for the time, the stream and the tag */
};

int
log_open(struct log *log, const char *dir)
{
	char path[PATH_MAX];

	*log = (struct log){ 0 };
	file_path(path, sizeof(path), "%s/log", dir);
	log->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (log->fd != -1)
		log->size = lseek(log->fd, 0, SEEK_END);
	if (log->fd != -1 && log->size != -1)
		return 0;
	warn("%s", path);
	return -1;
}

/* Put text behind what is whole; if it does not fit, nothing of it. */
static int
append(struct log *log, const char *text, size_t n)
{
	ssize_t done = pwrite(log->fd, text, n, log->size);

	if (done == (ssize_t)n) {
		log->size += done;
		return 0;
	}
	log->why = done == -1 ? errno : ENOSPC;
	if (done > 0 && ftruncate(log->fd, log->size) == -1)
		log->why = errno;
	return -1;
}

static size_t
put_head(char *buf, const char *stream, char tag)
{
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(buf, HEAD, "%Y-%m-%dT%H:%M:%S", &tm);
	return n +
	    (size_t)snprintf(
		buf + n, HEAD - n, ".%09ldZ %s %c ", now.tv_nsec, stream, tag);
}

/* Say what is missing here, once that is possible. */
static int
tell_lost(struct log *log)
{
	char line[2 * HEAD + 64];
	size_t n;

	if (log->lost == 0)
		return 0;
	n = put_head(line, "stderr", 'F');
	n += (size_t)snprintf(line + n, sizeof(line) - n,
	    "box: %zu bytes are lost here: %s\n", log->lost,
	    strerror(log->why));
	if (append(log, line, n) == -1)
		return -1;
	log->lost = 0;
	return 0;
}

void
log_add(struct log *log, const char *stream, const char *text, size_t n)
{
	char buf[4 * 4096];
	const char *end;
	size_t length, used = 0, since = 0;

	for (size_t at = 0; at < n; at += length) {
		end = memchr(text + at, '\n', n - at);
		length = end != NULL ? (size_t)(end - text) + 1 - at : n - at;
		if (length > sizeof(buf) / 2)
			length = sizeof(buf) / 2;
		if (used + HEAD + length + 1 > sizeof(buf)) {
			if (tell_lost(log) == -1 ||
			    append(log, buf, used) == -1)
				log->lost += since;
			used = since = 0;
		}
		end = text[at + length - 1] == '\n' ? "" : "\n";
		used += put_head(buf + used, stream, *end == '\0' ? 'F' : 'P');
		memcpy(buf + used, text + at, length);
		used += length;
		if (*end != '\0')
			buf[used++] = '\n';
		since += length;
	}
	if (used > 0 && (tell_lost(log) == -1 || append(log, buf, used) == -1))
		log->lost += since;
}

int
log_parse(const char *line, size_t n, struct log_line *parts)
{
	const char *end = line + n, *stream, *tag;

	stream = memchr(line, ' ', n);
	if (stream == NULL || end - stream < (ptrdiff_t)strlen(" stdout F "))
		return -1;
	tag = stream + strlen(" stdout ");
	if (tag[-1] != ' ' || tag[1] != ' ')
		return -1;
	*parts = (struct log_line){
		.time = line,
		.time_length = (int)(stream - line),
		.text = tag + 2,
		.length = (size_t)(end - tag - 2),
		.error = strncmp(stream, " stderr ", 8) == 0,
		.part = *tag == 'P',
	};
	return 0;
}
