/*
 * facts.c - what is known of a container, in one small file.
 *
 * Read: rename(2), fsync(2), flock(2), and random(4) about boot_id.
 */

#define _GNU_SOURCE
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "facts.h"
#include "file.h"

#define TEXT(member)                                     \
	{                                                \
#member, offsetof(struct facts, member), \
		    sizeof(((struct facts *)0)->member)  \
	}
#define NUMBER(member)                                     \
	{                                                  \
#member, offsetof(struct facts, member), 0 \
	}

static const struct member {
	const char *word;
	size_t offset;
	size_t size; /* of a text; 0 for a number */
} members[] = {
	TEXT(name),
	TEXT(image),
	TEXT(command),
	TEXT(phase),
	TEXT(boot),
	TEXT(restart),
	NUMBER(retries),
	NUMBER(restarts),
	NUMBER(created),
	NUMBER(started),
	NUMBER(finished),
	NUMBER(pid),
	NUMBER(pid_start),
	NUMBER(supervisor),
	NUMBER(supervisor_start),
	NUMBER(status),
	NUMBER(stop_signal),
	NUMBER(stopping),
	NUMBER(paused),
	NUMBER(oom),
	NUMBER(init),
	NUMBER(tty),
	NUMBER(detached),
	NUMBER(rm),
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

enum {
	MOST = 2048
}; /* bytes of the file */

/* Take in "word value"; 0, or -1 if this is no line of ours. */
static int
take_line(struct facts *facts, char *line)
{
	const struct member *m = members;
	char *value = strchr(line, ' '), *end;

	if (value == NULL)
		return -1;
	*value++ = '\0';
	while (strcmp(m->word, line) != 0)
		if (++m == members + MEMBERS)
			return -1;
	if (m->size != 0)
		return strlcpy((char *)facts + m->offset, value, m->size) <
			m->size
		    ? 0
		    : -1;
	*(uint64_t *)(void *)((char *)facts + m->offset) =
	    strtoull(value, &end, 10);
	return *value != '\0' && *end == '\0' ? 0 : -1;
}

int
facts_read(const char *dir, struct facts *facts)
{
	char path[PATH_MAX], text[MOST], *line, *rest = text;
	size_t lines = 0;

	*facts = (struct facts){ 0 };
	file_path(path, sizeof(path), "%s/facts", dir);
	if (file_read(path, text, sizeof(text)) == -1)
		return -1;
	if (text[0] == '\0') {
		errno = ENODATA;
		return -1;
	}
	while ((line = strsep(&rest, "\n")) != NULL)
		if (take_line(facts, line) == 0)
			lines++;
	if (lines == MEMBERS)
		return 0;
	errno = EBADMSG;
	return -1;
}

/* What would end a line, or do things to a terminal, becomes "?". */
static void
put_text(FILE *f, const char *text)
{
	for (; *text != '\0'; text++)
		putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		    f);
}

int
facts_create(const char *dir)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/facts", dir);
	return file_create(path, "", 0644);
}

/*
 * On many file systems a name is on the disk sooner than what is in the file,
 * so that a host that crashes would leave a container without facts.  One that
 * goes with its end is not worth the wait.
 */
static int
sync_kept(const struct facts *facts, const char *path)
{
	int fd, result, saved;

	if (facts->rm)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = fdatasync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

int
facts_write(const char *dir, const struct facts *facts, bool first)
{
	char path[PATH_MAX], fresh[PATH_MAX], text[MOST];
	FILE *f = fmemopen(text, sizeof(text), "w");

	if (f == NULL)
		return -1;
	for (const struct member *m = members; m < members + MEMBERS; m++) {
		const char *at = (const char *)facts + m->offset;

		fprintf(f, "%s ", m->word);
		if (m->size != 0)
			put_text(f, at);
		else
			fprintf(
			    f, "%" PRIu64, *(const uint64_t *)(const void *)at);
		putc('\n', f);
	}
	if (fclose(f) == EOF)
		return -1;
	file_path(path, sizeof(path), "%s/facts", dir);

	/* Its size, and so what is read of it, changes after its contents. */
	if (first)
		return file_write(path, text) == -1 ? -1
						    : sync_kept(facts, path);
	file_path(fresh, sizeof(fresh), "%s/facts.new", dir);
	if (file_create(fresh, text, 0644) == -1 ||
	    sync_kept(facts, fresh) == -1)
		return -1;
	return rename(fresh, path);
}

int
facts_lock(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1 && flock(fd, LOCK_EX) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

uint64_t
facts_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
facts_boot(char *boot, size_t size)
{
	if (file_read("/proc/sys/kernel/random/boot_id", boot, size) == -1)
		boot[0] = '\0';
}
