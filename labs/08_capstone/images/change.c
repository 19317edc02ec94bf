/* change.c - how an image is to be run, in the words of a Dockerfile. */

#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
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

/*
 * Cut the next word off, with its quotes and backslashes resolved in place;
 * NULL when there is none.
 */
static char *
next_word(const struct change *change, char **rest)
{
	char *from = *rest + strspn(*rest, " \t"), *word = from, *to = from;
	char quote = '\0';

	if (*from == '\0')
		return NULL;
	for (; *from != '\0' && (quote != '\0' || strchr(" \t", *from) == NULL);
	     from++) {
		if (*from == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && quote != '\'' && from[1] != '\0')
				from++;
			*to++ = *from;
		}
	}
	if (quote != '\0')
		refuse(change, "a quote has no end");
	*rest = *from == '\0' ? from : from + 1;
	*to = '\0';
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

static void
set_text(const struct change *change)
{
	json_object_object_add(
	    change->config, change->key, json_object_new_string(change->rest));
}

static void
set_workdir(const struct change *change)
{
	if (change->rest[0] != '/')
		refuse(change, "not an absolute path");
	set_text(change);
}

static void
set_signal(const struct change *change)
{
	if (signals_parse(change->rest) == -1)
		refuse(change, "not a signal");
	set_text(change);
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
	char *rest = options_copy(change->rest), *word, *equal;

	while ((word = next_word(change, &rest)) != NULL) {
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
	struct config check = { 0 };
	char port[64];
	bool is_port = strcmp(change->key, "ExposedPorts") == 0;

	if (!is_port && word[0] != '/')
		refuse(change, "not an absolute path");
	if (is_port) {
		if (ports_expose(&check, word) == -1)
			refuse(change, "not a port");
		strlcpy(port, word, sizeof(port));
		if (strchr(port, '/') == NULL)
			strlcat(port, "/tcp", sizeof(port));
		word = port;
	}
	json_object_object_add(
	    member(change, json_type_object), word, json_object_new_object());
}

static void
set_members(const struct change *change)
{
	struct json_object *list = parse_array(change->rest);
	char *rest = options_copy(change->rest), *word;

	for (size_t i = 0; list != NULL && i < json_object_array_length(list);
	     i++)
		put_member(change,
		    json_object_get_string(json_object_array_get_idx(list, i)));
	while (list == NULL && (word = next_word(change, &rest)) != NULL)
		put_member(change, word);
	json_object_put(list);
}

static const struct kind {
	const char *name, *key;
	void (*set)(const struct change *change);
} kinds[] = {
	{ "ENTRYPOINT", "Entrypoint", set_entrypoint }, /* see change_apply() */
	{ "CMD", "Cmd", set_command },
	{ "ENV", "Env", set_pairs },
	{ "EXPOSE", "ExposedPorts", set_members },
	{ "LABEL", "Labels", set_pairs },
	{ "STOPSIGNAL", "StopSignal", set_signal },
	{ "USER", "User", set_text },
	{ "VOLUME", "Volumes", set_members },
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
