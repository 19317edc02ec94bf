/* pasta.h - a plain user's way to the network: pasta(1). */

#ifndef PASTA_H
#define PASTA_H

#include "network.h"

/*
 * Choose the ports of the host.  -1 with one line said when one is not to be
 * had.
 */
int pasta_prepare(struct network_plan *plan);

/*
 * Connect the network namespace of process pid, which is in our user
 * namespace.  It takes some thirty milliseconds.  -1 with one line said on
 * failure.  It ends with the caller, even by SIGKILL.
 */
int pasta_start(struct network_plan *plan, pid_t pid);

/*
 * In the box: a process that may not be dumped is hidden from all others of
 * its user.  Show it until pasta has found its namespace, and not longer.
 * Exits on failure.
 */
void pasta_show(bool on);

/* End it.  Harmless when it was not started. */
void pasta_stop(struct network_plan *plan);

#endif
