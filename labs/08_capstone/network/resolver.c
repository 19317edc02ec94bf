/*
 * resolver.c - the name servers of a box.
 *
 * A host often asks a server of its own, at 127.0.0.53.  That address is the
 * box itself, in a box with a network of its own.  The servers behind it are
 * in a second file, which systemd-resolved keeps for such cases.
 *
 * Read: resolv.conf(5), "/etc/resolv.conf" in systemd-resolved.service(8).
 */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "resolver.h"

#define HOST "/etc/resolv.conf"
#define BEHIND_HOST "/run/systemd/resolve/resolv.conf"

/* Does the line begin with this word?  Then *rest is what comes behind. */
static bool
begins(const char *line, const char *word, const char **rest)
{
	size_t length = strlen(word);

	if (strncmp(line, word, length) != 0 ||
	    (line[length] != ' ' && line[length] != '\t'))
		return false;
	*rest = line + length + strspn(line + length, " \t");
	return true;
}

static bool
is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 ||
	    (strncmp(address, "::1", 3) == 0 && strcspn(address, " \t") == 3);
}

/* Is this line to be in the box?  Counts the name servers that are. */
static bool
is_kept(const char *line, const struct config *config, size_t *servers)
{
	const char *rest;

	if (begins(line, "search", &rest) || begins(line, "domain", &rest))
		return config->dns_search_count == 0;
	if (!begins(line, "nameserver", &rest))
		return true;
	if (config->dns_count > 0 ||
	    (config->network != NETWORK_HOST && is_loopback(rest)))
		return false;
	++*servers;
	return true;
}

/*
 * Write what is to be in the box, unless to is NULL.  Returns how many name
 * servers that has.
 */
static size_t
copy(const char *path, const struct config *config, FILE *to)
{
	char *line = NULL;
	size_t size = 0, servers = 0;
	FILE *from = fopen(path, "re");

	if (from == NULL)
		return 0;
	while (getline(&line, &size, from) != -1) {
		line[strcspn(line, "\n")] = '\0';
		if (is_kept(line, config, &servers) && to != NULL)
			fprintf(to, "%s\n", line);
	}
	free(line);
	fclose(from);
	return servers;
}

static const char *
choose(const struct config *config)
{
	if (config->dns_count == 0 && copy(HOST, config, NULL) == 0 &&
	    copy(BEHIND_HOST, config, NULL) > 0)
		return BEHIND_HOST;
	return HOST;
}

static void
add_options(const struct config *config, FILE *to)
{
	for (size_t i = 0; i < config->dns_count; i++)
		fprintf(to, "nameserver %s\n", config->dns[i]);

	/* Of several such lines only the last would count. */
	if (config->dns_search_count == 0)
		return;
	fprintf(to, "search");
	for (size_t i = 0; i < config->dns_search_count; i++)
		fprintf(to, " %s", config->dns_search[i]);
	fprintf(to, "\n");
}

char *
resolver_text(const struct config *config)
{
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		err(EXIT_OWN, "open_memstream");
	copy(choose(config), config, to);
	add_options(config, to);
	if (fclose(to) == EOF)
		err(EXIT_OWN, "fclose");
	return text;
}
