/* env_file.c - variables from files.  See environ(7). */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env_file.h"
#include "exit.h"
#include "options.h"

/*
 * Nothing is special in a value: no quotes, no comment, no continuation.  A
 * line may end as on Windows.
 */
static void
read_one(const char *path, struct config *config)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *word;
	size_t size = 0;
	ssize_t n;

	if (f == NULL)
		err(EXIT_OWN, "--env-file %s", path);
	while ((n = getline(&line, &size, f)) != -1) {
		if (n > 0 && line[n - 1] == '\n')
			line[--n] = '\0';
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		word = line + strspn(line, " \t");
		if (*word != '\0' && *word != '#')
			options_add_variable(word, "--env-file", config);
	}
	if (ferror(f))
		err(EXIT_OWN, "--env-file %s", path);
	free(line);
	fclose(f);
}

void
env_file_read(struct config *config)
{
	char **given = config->environment;
	size_t count = config->environment_count;

	if (config->env_file_count == 0)
		return;
	config->environment = NULL;
	config->environment_count = 0;
	for (size_t i = 0; i < config->env_file_count; i++)
		read_one(config->env_files[i], config);
	for (size_t i = 0; i < count; i++) {
		config->environment = options_grow(config->environment,
		    config->environment_count, sizeof(*config->environment));
		config->environment[config->environment_count++] = given[i];
	}
	free(given);
}
