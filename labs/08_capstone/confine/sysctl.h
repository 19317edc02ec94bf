/* sysctl.h - the kernel's knobs that a box has for itself. */

#ifndef SYSCTL_H
#define SYSCTL_H

#include "config.h"

/*
 * Parse --sysctl's "NAME=VALUE".  Only what belongs to the network or the IPC
 * namespace is accepted: all else is the whole machine's.  Exits with one line.
 */
void sysctl_parse(const char *text, struct sysctl *sysctl);

/*
 * Is there a knob of the network among config's, and the network, of that kind,
 * is the host's?  0, or -1 with one line said.
 */
int sysctl_check(const struct config *config, enum network kind);

/*
 * In two steps, both in the box.  sysctl_open() takes hold of /proc/sys below
 * root, once it is mounted there and before it is write-protected: -1 when
 * there is nothing to set.  sysctl_set() sets config->sysctls, once the network
 * is there, and closes it.  Both exit with one line on failure.
 */
int sysctl_open(int root, const struct config *config);
void sysctl_set(int dir, const struct config *config);

#endif
