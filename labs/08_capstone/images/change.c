/* change.c - how an image is to be run, in the words of a Dockerfile. */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "change.h"
#include "document.h"
#include "exit.h"
#include "options.h"
#include "ports.h"
#include "signals.h"

struct change {
	const char *text; /* all of it, for messages */
	const char *rest; /* behind the instruction */
	const char *key; /* what it is about in the configuration */
	struct json_object *config;
};

static _Noreturn void
refuse(const struct change *change, const char *why)
{
	errx(EXIT_OWN, "--change %s: %s", change->text, why);
}

/* What this variable of the image's has; nothing if it has none. */
static const char *
variable(const struct change *change, const char *name, size_t length)
{
	struct json_object *list = document_get(
	    change->config, "Env", json_type_array, "configuration");
	const char *text;

	for (size_t i = 0; list != NULL && i < json_object_array_length(list);
	     i++) {
		text = document_string(
		    json_object_array_get_idx(list, i), "configuration");
		if (strncmp(text, name, length) == 0 && text[length] == '=')
			return text + length + 1;
	}
	return "";
}

/* $NAME or ${NAME} becomes its value.  Returns the last character of it. */
static const char *
expand(const struct change *change, const char *dollar, FILE *to)
{
	bool braces = dollar[1] == '{';
	const char *name = dollar + 1 + braces;
	size_t length = strspn(name,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	if (braces && (length == 0 || name[length] != '}'))
		refuse(change, "not ${NAME} (\\$ is the sign itself)");
	if (length == 0) {
		fputc('$', to);
		return dollar;
	}
	fputs(variable(change, name, length), to);
	return name + length - 1 + braces;
}

/*
 * The next word, up to one of these characters, with its quotes, backslashes
 * and variables resolved; NULL when there is none.
 */
static char *
next_word(const struct change *change, const char **rest, const char *ends)
{
	const char *from = *rest + strspn(*rest, " \t");
	char *word, quote = '\0';
	size_t size;
	FILE *to;

	if (*from == '\0')
		return NULL;
	to = open_memstream(&word, &size);
	if (to == NULL)
		err(EXIT_OWN, "open_memstream");
	for (; *from != '\0' && (quote != '\0' || strchr(ends, *from) == NULL);
	     from++) {
		if (*from == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else if (*from == '$' && quote != '\'') {
			from = expand(change, from, to);
		} else {
			if (*from == '\\' && quote != '\'' && from[1] != '\0')
				from++;
			fputc(*from, to);
		}
	}
	if (quote != '\0')
		refuse(change, "a quote has no end");
	if (fclose(to) == EOF)
		err(EXIT_OWN, "fclose");
	*rest = from;
	return word;
}

/* ["a", "b"] as it is; NULL when it is none, and so for a shell. */
static struct json_object *
parse_array(const char *text)
{
	struct json_tokener *parser = json_tokener_new();
	struct json_object *list;
	bool good;

	if (parser == NULL)
		err(EXIT_OWN, "json");
	json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
	list = json_tokener_parse_ex(parser, text, (int)strlen(text) + 1);
	json_tokener_free(parser);
	good = json_object_is_type(list, json_type_array);
	for (size_t i = 0; good && i < json_object_array_length(list); i++)
		good = json_object_is_type(
		    json_object_array_get_idx(list, i), json_type_string);
	if (good)
		return list;
	json_object_put(list);
	return NULL;
}

static void
set_command(const struct change *change)
{
	struct json_object *list = parse_array(change->rest);

	if (list == NULL) {
		list = json_object_new_array();
		json_object_array_add(list, json_object_new_string("/bin/sh"));
		json_object_array_add(list, json_object_new_string("-c"));
		json_object_array_add(
		    list, json_object_new_string(change->rest));
	}
	json_object_object_add(change->config, change->key, list);
}

/* What the image had as its command was for another entry point. */
static void
set_entrypoint(const struct change *change)
{
	set_command(change);
	json_object_object_del(change->config, "Cmd");
}

/* All that is left, as one text. */
static void
put_text(const struct change *change, bool (*good)(const char *text),
    const char *why)
{
	const char *rest = change->rest;
	char *text = next_word(change, &rest, "");

	if (!good(text))
		refuse(change, why);
	json_object_object_add(
	    change->config, change->key, json_object_new_string(text));
	free(text);
}

static bool
is_text(const char *text)
{
	return text[0] != '\0';
}

static bool
is_absolute(const char *text)
{
	return text[0] == '/';
}

static bool
is_signal(const char *text)
{
	return signals_parse(text) != -1;
}

static void
set_user(const struct change *change)
{
	put_text(change, is_text, "nobody");
}

static void
set_workdir(const struct change *change)
{
	put_text(change, is_absolute, "not an absolute path");
}

static void
set_signal(const struct change *change)
{
	put_text(change, is_signal, "not a signal");
}

/* The member of the configuration, made if it is not there. */
static struct json_object *
member(const struct change *change, enum json_type type)
{
	struct json_object *value =
	    document_get(change->config, change->key, type, "configuration");

	if (value == NULL) {
		value = type == json_type_array ? json_object_new_array()
						: json_object_new_object();
		json_object_object_add(change->config, change->key, value);
	}
	return value;
}

/* In place of the variable of that name, or at the end. */
static void
put_variable(struct json_object *list, const char *word, size_t length)
{
	size_t i = 0, n = json_object_array_length(list);

	while (i < n &&
	    strncmp(document_string(
			json_object_array_get_idx(list, i), "configuration"),
		word, length + 1) != 0)
		i++;
	json_object_array_put_idx(list, i, json_object_new_string(word));
}

static void
set_pairs(const struct change *change)
{
	bool variables = strcmp(change->key, "Env") == 0;
	struct json_object *all =
	    member(change, variables ? json_type_array : json_type_object);
	const char *rest = change->rest;
	char *word, *equal;

	for (; (word = next_word(change, &rest, " \t")) != NULL; free(word)) {
		equal = strchr(word, '=');
		if (equal == NULL || equal == word)
			refuse(change, "not NAME=value");
		if (variables) {
			put_variable(all, word, (size_t)(equal - word));
			continue;
		}
		*equal = '\0';
		json_object_object_add(
		    all, word, json_object_new_string(equal + 1));
	}
}

/* To the configuration, a set is an object whose members are empty. */
static void
put_member(const struct change *change, const char *word)
{
	json_object_object_add(
	    member(change, json_type_object), word, json_object_new_object());
}

/* Of a range, each port: whoever reads the configuration expects no range. */
static void
put_ports(const struct change *change, const char *word)
{
	struct config config = { 0 };
	char text[16];

	if (ports_expose(&config, word) == -1)
		refuse(change, "not a port");
	for (size_t i = 0; i < config.exposed_count; i++) {
		snprintf(text, sizeof(text), "%u/%s", config.exposed[i].box,
		    config.exposed[i].udp ? "udp" : "tcp");
		put_member(change, text);
	}
	free(config.exposed);
}

static void
put_path(const struct change *change, const char *word)
{
	if (word[0] != '/')
		refuse(change, "not an absolute path");
	put_member(change, word);
}

static void
set_ports(const struct change *change)
{
	const char *rest = change->rest;
	char *word;

	for (; (word = next_word(change, &rest, " \t")) != NULL; free(word))
		put_ports(change, word);
}

static void
set_paths(const struct change *change)
{
	struct json_object *list = parse_array(change->rest);
	const char *rest = change->rest;
	char *word;

	for (size_t i = 0; list != NULL && i < json_object_array_length(list);
	     i++)
		put_path(change,
		    json_object_get_string(json_object_array_get_idx(list, i)));
	for (; list == NULL && (word = next_word(change, &rest, " \t")) != NULL;
	     free(word))
		put_path(change, word);
	json_object_put(list);
}

static const struct kind {
	const char *name, *key;
	void (*set)(const struct change *change);
} kinds[] = {
	{ "ENTRYPOINT", "Entrypoint", set_entrypoint }, /* see change_apply() */
	{ "CMD", "Cmd", set_command },
	{ "ENV", "Env", set_pairs },
	{ "EXPOSE", "ExposedPorts", set_ports },
	{ "LABEL", "Labels", set_pairs },
	{ "STOPSIGNAL", "StopSignal", set_signal },
	{ "USER", "User", set_user },
	{ "VOLUME", "Volumes", set_paths },
	{ "WORKDIR", "WorkingDir", set_workdir },
};

static const struct kind *
find_kind(struct change *change)
{
	size_t length = strcspn(change->text, " \t");

	change->rest = change->text + length;
	change->rest += strspn(change->rest, " \t");
	if (change->rest[0] == '\0')
		refuse(change, "not an instruction with what it shall be");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == length &&
		    strncasecmp(kinds[i].name, change->text, length) == 0)
			return &kinds[i];
	refuse(change,
	    "not CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, "
	    "VOLUME or WORKDIR");
}

void
change_apply(
    struct json_object *config, const char *const instructions[], size_t count)
{
	/* A new entry point drops the command, but not one that is new too. */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < count; i++) {
			struct change change = { .text = instructions[i],
				.config = config };
			const struct kind *kind = find_kind(&change);

			change.key = kind->key;
			if ((kind == kinds) == (round == 0))
				kind->set(&change);
		}
}
