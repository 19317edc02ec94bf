/* kept.c - what a container was made from, for whoever comes later. */

#define _GNU_SOURCE
#include <sys/file.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "kept.h"
#include "options.h"
#include "ports.h"

enum {
	MOST = 8 << 20 /* bytes; the kernel takes six of arguments */
};

static void
put(FILE *f, const char *key, const char *value)
{
	if (value != NULL)
		fprintf(f, "%s=%s%c", key, value, '\0');
}

static void
put_all(FILE *f, int argc, char *argv[], const struct config *config,
    const struct image *image)
{
	char here[PATH_MAX];

	put(f, "ARG", "run"); /* getopt's messages took argv[0] */
	for (int i = 1; i < argc; i++)
		put(f, "ARG", argv[i]);
	put(f, "CWD", getcwd(here, sizeof(here)) != NULL ? here : "/");
	for (char **word = config->command; *word != NULL; word++)
		put(f, "CMD", *word);
	for (size_t i = 0; i < config->environment_count; i++)
		put(f, "ENV", config->environment[i]);
	put(f, "USER", config->user);
	put(f, "WORKDIR", config->workdir);
	for (size_t i = 0; i < config->volume_count; i++)
		if (config->volumes[i].name != NULL)
			fprintf(f, "VOLUME=%s:%s%c", config->volumes[i].name,
			    config->volumes[i].target, '\0');
	for (size_t i = 0; i < config->exposed_count; i++)
		fprintf(f, "EXPOSE=%u/%s%c", config->exposed[i].box,
		    config->exposed[i].udp ? "udp" : "tcp", '\0');
	for (size_t i = 0; i < image->layer_count; i++)
		put(f, "LAYER", image->layers[i]);
	put(f, "END", ""); /* a host that stopped may have cut it short */
}

static int
lock(struct state *state, int flags)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/config", state->dir);
	state->start = open(path, flags | O_CLOEXEC, 0600);
	if (state->start != -1 && flock(state->start, LOCK_EX) == 0)
		return 0;
	warn("%s", path);
	return -1;
}

int
kept_write(struct state *state, int argc, char *argv[],
    const struct config *config, const struct image *image)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool good;

	if (f == NULL)
		err(EXIT_OWN, "open_memstream");
	put_all(f, argc, argv, config, image);
	if (fclose(f) == EOF)
		err(EXIT_OWN, "open_memstream");
	if (facts_create(state->dir) == -1) {
		warn("%s/facts", state->dir);
		free(text);
		return -1;
	}
	if (lock(state, O_RDWR | O_CREAT | O_EXCL) == -1) {
		free(text);
		return -1;
	}
	good = write(state->start, text, size) == (ssize_t)size;
	free(text);
	if (!good)
		warn("%s/config", state->dir);
	return good ? 0 : -1;
}

int
kept_lock(struct state *state)
{
	return lock(state, O_RDONLY);
}

int
kept_read(const char *dir, struct kept *kept)
{
	char path[PATH_MAX];
	struct stat st;
	ssize_t n = -1;
	int fd;

	file_path(path, sizeof(path), "%s/config", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	*kept = (struct kept){ 0 };
	if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < MOST) {
		kept->text = malloc((size_t)st.st_size);
		if (kept->text == NULL)
			err(EXIT_OWN, "malloc");
		n = read(fd, kept->text, (size_t)st.st_size);
	}
	close(fd);
	kept->size = n > 0 ? (size_t)n : 0;
	if (n > 0 && kept->text[n - 1] == '\0' &&
	    kept_next(kept, "END", NULL) != NULL)
		return 0;
	kept_free(kept);
	errno = EBADMSG;
	return -1;
}

void
kept_free(struct kept *kept)
{
	free(kept->text);
	*kept = (struct kept){ 0 };
}

const char *
kept_next(const struct kept *kept, const char *key, const char *previous)
{
	const char *record =
	    previous == NULL ? kept->text : strchr(previous, '\0') + 1;
	const char *end = kept->text + kept->size;
	size_t length = strlen(key);

	for (; record < end; record = strchr(record, '\0') + 1)
		if (strncmp(record, key, length) == 0 && record[length] == '=')
			return record + length + 1;
	return NULL;
}

char **
kept_list(const struct kept *kept, const char *key, size_t *count)
{
	char **list = options_grow(NULL, 0, sizeof(*list));
	const char *value = NULL;

	*count = 0;
	while ((value = kept_next(kept, key, value)) != NULL) {
		list[(*count)++] = kept->text + (value - kept->text);
		list = options_grow(list, *count, sizeof(*list));
	}
	list[*count] = NULL;
	return list;
}

/* The volume that was made for a target then is the one for it now. */
static void
recall_volume(struct config *config, char *name, char *target)
{
	struct volume *volume = config->volumes;
	const struct volume *end = volume + config->volume_count;

	while (volume < end && strcmp(volume->target, target) != 0)
		volume++;
	if (volume < end) {
		volume->name = name;
		return;
	}
	config->volumes = options_grow(
	    config->volumes, config->volume_count, sizeof(*config->volumes));
	config->volumes[config->volume_count++] =
	    (struct volume){ .name = name, .target = target };
}

static void
recall_volumes(const struct kept *kept, struct config *config)
{
	size_t count;
	char **records = kept_list(kept, "VOLUME", &count);

	for (size_t i = 0; i < count; i++) {
		char *name = options_copy(records[i]);
		char *target = strchr(name, ':');

		if (target == NULL)
			errx(EXIT_OWN, "%s: no volume", name);
		*target++ = '\0';
		recall_volume(config, name, target);
	}
	free(records);
}

static void
recall_exposed(const struct kept *kept, struct config *config)
{
	const char *port = NULL;

	config->exposed_count = 0; /* those of the image are among these */
	while ((port = kept_next(kept, "EXPOSE", port)) != NULL)
		if (ports_expose(config, port) == -1)
			errx(EXIT_OWN, "%s: no port", port);
}

void
kept_config(const struct kept *kept, struct config *config)
{
	size_t argc;
	char **argv = kept_list(kept, "ARG", &argc);

	optind = 0; /* getopt_long(3): from the start, once more */
	options_parse((int)argc, argv, config);

	/* "-e NAME" and the image meant something then: that holds. */
	config->environment =
	    kept_list(kept, "ENV", &config->environment_count);
	config->command = kept_list(kept, "CMD", &argc);
	recall_volumes(kept, config);
	recall_exposed(kept, config);
	config->user = kept_next(kept, "USER", NULL);
	config->workdir = kept_next(kept, "WORKDIR", NULL);
}

int
kept_wait(struct state *state)
{
	char path[PATH_MAX];
	int fd;

	file_path(path, sizeof(path), "%s/config", state->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd != -1 && flock(fd, LOCK_SH) == -1)
		if (errno != EINTR)
			err(EXIT_OWN, "%s", path);
	if (fd != -1 && facts_read(state->dir, &state->facts) == 0)
		return fd;
	warnx("no container %s (box ps -a)", state->name);
	if (fd != -1)
		close(fd);
	return -1;
}
