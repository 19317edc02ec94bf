/* demo.h - the demonstration of lab 07. */

#ifndef DEMO_H
#define DEMO_H

/*
 * Show, and check, what each cannot do: root without a capability, a set-uid
 * program under no_new_privs, a process under a filter, and root of a user
 * namespace.  Returns the exit status.
 */
int demonstrate(void);

#endif
