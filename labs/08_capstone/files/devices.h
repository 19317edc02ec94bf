/* devices.h - the devices in the /dev of a box. */

#ifndef DEVICES_H
#define DEVICES_H

#include <stdbool.h>

#include "config.h"

/*
 * Parse --device's "HOST[:BOX[:rwm]]".  Exits with one line when it makes no
 * sense.
 */
void devices_parse(const char *text, struct device *device);

/*
 * Make the devices that every box has, those of config->devices, and with
 * config->privileged all that the host has, in the directory dev, a tmpfs that
 * is still mounted without "nodev".  borrow: nodes cannot be made, for we are
 * in a user namespace: show the host's.  Called in the box, before pivot_root,
 * with a umask of 0.  Exits on failure.
 */
void devices_make(int dev, const struct config *config, bool borrow);

#endif
