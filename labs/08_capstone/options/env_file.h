/* env_file.h - variables from files: --env-file of "box run" and "exec". */

#ifndef ENV_FILE_H
#define ENV_FILE_H

#include "config.h"

/*
 * Read config's files, and put what is in them before the variables that it
 * has, which so win.  Once, where the command was typed: the files need not be
 * there when the container is started again.  Exits with one line on failure.
 */
void env_file_read(struct config *config);

#endif
