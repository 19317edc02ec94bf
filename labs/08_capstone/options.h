/* options.h - command lines: what an option is called, takes and does. */

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "config.h"

/*
 * One option.  Either set() puts its argument where it belongs, or it has none
 * and switches on the bool that lies so many bytes into what is to be set.
 */
struct option_row {
	const char *name; /* without its dashes */
	char letter; /* or 0 */
	const char *argument; /* as the help calls it, or NULL: it has none */
	const char *help;
	void (*set)(const char *text, void *to);
	size_t flag; /* of offsetof(3), if set is NULL */
};

/* Options that the help shows together.  The last row is empty. */
struct option_group {
	const char *title;
	const struct option_row *rows;
};

/*
 * The options of "box run", by what they are about, for a struct config.  Their
 * functions exit with one line when the argument makes no sense.
 */
extern const struct option_group options_limits;
extern const struct option_group options_world;
extern const struct option_group options_process;
extern const struct option_group options_privilege;
extern const struct option_group options_container;

/*
 * Parse a command's options, for which groups, which NULL ends, say what to
 * do: argv[0] is the command's name.  The index of the first argument that is
 * no option.  Prints the help, which begins with usage, and exits when it is
 * asked for; exits with one line and EXIT_OWN when something is wrong.
 */
int options_read(int argc, char *argv[],
    const struct option_group *const groups[], const char *usage, void *to);

/* Parse the arguments of "box run" into config, defaults filled in. */
void options_parse(int argc, char *argv[], struct config *config);

/* For the functions of the tables: room for one more at the end of a list. */
void *options_grow(void *list, size_t count, size_t size);

/* Likewise: a text that may be cut into parts. */
char *options_copy(const char *text);

#endif
