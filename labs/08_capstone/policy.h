/* policy.h - which seccomp filter a box gets. */

#ifndef POLICY_H
#define POLICY_H

#include <stdint.h>

/*
 * Load the default filter for a process with these capabilities.  The one for
 * the usual set was compiled with box itself; any other is built now.  The
 * caller has set no_new_privs.  Exits on failure.
 */
void policy_load(uint64_t caps);

#endif
