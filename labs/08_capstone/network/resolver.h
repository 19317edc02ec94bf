/* resolver.h - the name servers of a box. */

#ifndef RESOLVER_H
#define RESOLVER_H

#include "config.h"

/*
 * What shall stand in the box's /etc/resolv.conf: what the host has, with
 * --dns and --dns-search in place of its servers and its search list.  A
 * server on the host's loopback is left out, unless that is the box's too.
 * For the caller to free(3).  Exits on failure.  See resolv.conf(5).
 */
char *resolver_text(const struct config *config);

#endif
