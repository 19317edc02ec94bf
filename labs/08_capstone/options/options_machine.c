/* options_machine.c - the options of "box run" about devices and kernel. */

#define _GNU_SOURCE
#include <err.h>

#include "devices.h"
#include "exit.h"
#include "options.h"
#include "size.h"
#include "sysctl.h"

static void
set_device(const char *text, void *to)
{
	struct config *config = to;

	config->devices = options_grow(
	    config->devices, config->device_count, sizeof(*config->devices));
	devices_parse(text, &config->devices[config->device_count++]);
}

static void
set_sysctl(const char *text, void *to)
{
	struct config *config = to;

	config->sysctls = options_grow(
	    config->sysctls, config->sysctl_count, sizeof(*config->sysctls));
	sysctl_parse(text, &config->sysctls[config->sysctl_count++]);
}

static void
set_shm_size(const char *text, void *to)
{
	struct config *config = to;

	if (size_parse(text, &config->shm_size) == -1 || config->shm_size == 0)
		errx(EXIT_OWN, "--shm-size %s: not a size like 64M", text);
}

static const struct option_row rows[] = {
	{ "device", 0, "HOST[:BOX[:rwm]]", "a device of the host, in its /dev",
	    set_device, 0 },
	{ "sysctl", 0, "NAME=VALUE",
	    "a knob of its own network or IPC namespace", set_sysctl, 0 },
	{ "shm-size", 0, "SIZE", "of /dev/shm (64M)", set_shm_size, 0 },
	{ 0 },
};

const struct option_group options_machine = { "Machine", rows };
