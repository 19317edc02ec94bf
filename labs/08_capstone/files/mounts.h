/* mounts.h - /proc, /dev and /sys for a box, and what it may not see there. */

#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>

#include "config.h"

/*
 * All are called in the box, as process 1 of its PID namespace, in a mount
 * namespace of its own, with every other namespace of the box entered.  They
 * exit on failure.  root: a descriptor of the future "/"; before pivot_root,
 * since the kernel of a user namespace allows a new /proc and /sys only while
 * the old ones are in sight.
 */

/*
 * Fresh /proc, /dev and /sys, as config has it.  shared_net: the network
 * namespace is the host's, and so /sys has to be.  rootless: device nodes
 * cannot be made.  controllers: those that the box's cgroup has, as in struct
 * limits.
 */
void mounts_make(int root, const struct config *config, bool rootless,
    bool shared_net, const char *controllers);

/*
 * Mask and write-protect what tells about, or changes, the whole machine.
 * Privileged boxes go without.
 */
void mounts_protect(int root);

/*
 * After pivot_root: no device node works on "/" itself, but in a privileged
 * box, and with config->read_only nothing on it can be written.
 */
void mounts_seal(const struct config *config);

#endif
