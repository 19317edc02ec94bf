/* policy.h - which seccomp filter a box gets. */

#ifndef POLICY_H
#define POLICY_H

#include <linux/filter.h>

#include "config.h"

/*
 * The filter that config asks for, NULL for none: that of a profile, or the
 * default one for these capabilities.  For the usual ones it was compiled with
 * box itself; for others it is now.  Call it before the box is made: home,
 * that of the state, is where a compiled profile is kept.  The caller owns
 * nothing.  Exits with one line when there is no such filter.
 */
const struct sock_fprog *policy_choose(
    const struct config *config, const char *home);

/* Load it.  The caller has set no_new_privs.  Exits on failure. */
void policy_load(const struct sock_fprog *filter);

#endif
