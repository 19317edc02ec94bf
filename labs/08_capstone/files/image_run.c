/*
 * image_run.c - how an image wants to be run.
 *
 * The configuration of an image is JSON, a large language for a small program
 * that shall start fast.  So box-image has made records of what matters here:
 * "KEY=value", each ended by a NUL.
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "image.h"
#include "image_run.h"
#include "options.h"
#include "ports.h"
#include "shown.h"
#include "signals.h"
#include "volume_store.h"

/* Where the value of a record belongs: one text, or a list of them. */
static void
take(struct image *image, const char *key, size_t length, char *value)
{
	struct list {
		const char *key;
		char ***list;
		size_t *count;
	} lists[] = {
		{ "ENTRYPOINT", &image->entrypoint, &image->entrypoint_count },
		{ "CMD", &image->command, &image->command_count },
		{ "ENV", &image->environment, &image->environment_count },
		{ "VOLUME", &image->volumes, &image->volume_count },
		{ "PORT", &image->ports, &image->port_count },
	};
	struct text {
		const char *key;
		char **text;
	} texts[] = {
		{ "WORKDIR", &image->workdir },
		{ "USER", &image->user },
		{ "STOPSIGNAL", &image->stop_signal },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strlen(texts[i].key) == length &&
		    memcmp(texts[i].key, key, length) == 0)
			*texts[i].text = value;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct list *l = &lists[i];

		if (strlen(l->key) != length ||
		    memcmp(l->key, key, length) != 0)
			continue;
		*l->list = options_grow(*l->list, *l->count, sizeof(**l->list));
		(*l->list)[(*l->count)++] = value;
	}
}

void
image_read_run(struct image *image, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text, *equal;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(EXIT_OWN, "%s", path);

	/* It stays in memory: the values point into it. */
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL || read(fd, text, (size_t)st.st_size) != st.st_size)
		err(EXIT_OWN, "%s", path);
	text[st.st_size] = '\0';
	close(fd);
	for (const char *end = text + st.st_size; text < end;
	     text += strlen(text) + 1) {
		equal = strchr(text, '=');
		if (equal != NULL)
			take(image, text, (size_t)(equal - text), equal + 1);
	}
}

/* The words of two lists in one, with a NULL at its end. */
static char **
join(char *const a[], size_t a_count, char *const b[], size_t b_count)
{
	char **list = calloc(a_count + b_count + 1, sizeof(*list));

	if (list == NULL)
		err(EXIT_OWN, "calloc");
	if (a_count > 0)
		memcpy(list, a, a_count * sizeof(*list));
	if (b_count > 0)
		memcpy(list + a_count, b, b_count * sizeof(*list));
	return list;
}

static void
choose_command(const struct image *image, struct config *config)
{
	static char sh[] = "sh", *shell[] = { sh, NULL };
	char *own[] = { config->entrypoint };
	char **entry = image->entrypoint, **words = config->command;
	size_t entry_count = image->entrypoint_count, count = 0;

	if (config->entrypoint != NULL) {
		entry = own;
		entry_count = config->entrypoint[0] != '\0';
	}
	while (words != NULL && words[count] != NULL)
		count++;
	if (words == NULL && config->entrypoint == NULL) {
		words = image->command;
		count = image->command_count;
	}
	if (entry_count + count > 0)
		config->command = join(entry, entry_count, words, count);
	else if (image->id[0] == '\0')
		config->command = shell;
	else
		errx(EXIT_OWN, "%s has no command of its own: give one",
		    config->image);
}

/* A mistake in the image that only matters to who wants just that of it. */
static void
leave_out(const struct config *config, const char *what, const char *text)
{
	if (!config->quiet)
		warnx("%s: left out what is no %s: %s", config->image, what,
		    shown(text));
}

/* Volumes, ports, and the signal to stop it with. */
static void
apply_rest(const struct image *image, struct config *config)
{
	for (size_t i = 0; i < image->volume_count; i++)
		if (image->volumes[i][0] != '/')
			errx(EXIT_OWN, "%s: not a volume: %s", config->image,
			    shown(image->volumes[i]));
	volume_want(config, image->volumes, image->volume_count);
	/* No ranges: a small file of an image could name billions. */
	for (size_t i = 0; i < image->port_count; i++)
		if (strchr(image->ports[i], '-') != NULL ||
		    ports_expose(config, image->ports[i]) == -1)
			leave_out(config, "port", image->ports[i]);
	if (config->stop_signal != 0 || image->stop_signal == NULL)
		return;
	config->stop_signal = signals_parse(image->stop_signal);
	if (config->stop_signal == -1) {
		leave_out(config, "signal", image->stop_signal);
		config->stop_signal = 0;
	}
}

/* The image's variables; the user's come later, and so win. */
static void
apply_environment(const struct image *image, struct config *config)
{
	char **list = image->environment;
	size_t count = 0;

	for (size_t i = 0; i < image->environment_count; i++)
		if (strchr(list[i], '=') != NULL)
			list[count++] = list[i];
		else
			leave_out(config, "variable", list[i]);
	config->environment =
	    join(list, count, config->environment, config->environment_count);
	config->environment_count += count;
}

/* Images say "0:", and mean no group. */
static const char *
user_of(const struct image *image)
{
	char *colon = image->user != NULL ? strchr(image->user, ':') : NULL;

	if (colon != NULL && colon != image->user && colon[1] == '\0')
		*colon = '\0';
	return image->user;
}

void
image_apply(const struct image *image, struct config *config)
{
	choose_command(image, config);
	apply_environment(image, config);
	if (config->workdir == NULL)
		config->workdir = image->workdir;
	if (config->workdir == NULL)
		config->workdir = "/";
	if (config->workdir[0] != '/')
		errx(EXIT_OWN, "%s starts in %s, which is no absolute path",
		    config->image, shown(config->workdir));
	if (config->user == NULL)
		config->user = user_of(image);
	apply_rest(image, config);
}
