/* beside.h - the programs that box is installed with. */

#ifndef BESIDE_H
#define BESIDE_H

#include <limits.h>

/*
 * The path of a program that lies beside this one, as ../libexec/boxlab/NAME.
 * It may be missing.  Exits when /proc does not tell where we are.
 */
void beside_find(char path[PATH_MAX], const char *name);

/* Become it.  Exits with one line when that fails. */
_Noreturn void beside_become(const char *name, char *argv[]);

#endif
