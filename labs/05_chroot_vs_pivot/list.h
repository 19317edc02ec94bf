/* list.h - the list of -l. */

#ifndef LIST_H
#define LIST_H

/*
 * Print every process that lives in a jail, and how many jails that makes.
 * Returns the exit status.
 */
int list_jails(void);

#endif
