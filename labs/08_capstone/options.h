/* options.h - the command line of "box run". */

#ifndef OPTIONS_H
#define OPTIONS_H

#include "config.h"

/*
 * Parse argv ("run" is argv[0]) into config, with the defaults filled in.
 * Exits with one line and EXIT_OWN when something is wrong with it.
 */
void options_parse(int argc, char *argv[], struct config *config);

#endif
