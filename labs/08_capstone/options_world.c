/* options_world.c - the options of "box run" about what a box sees. */

#define _GNU_SOURCE
#include <err.h>
#include <string.h>

#include "exit.h"
#include "options.h"

static void
set_network(const char *text, void *to)
{
	struct config *config = to;

	if (strcmp(text, "bridge") == 0)
		config->network = NETWORK_BRIDGE;
	else if (strcmp(text, "none") == 0)
		config->network = NETWORK_NONE;
	else if (strcmp(text, "host") == 0)
		config->network = NETWORK_HOST;
	else
		errx(EXIT_OWN, "--network %s: not bridge, none or host", text);
}

static void
set_volume(const char *text, void *to)
{
	struct config *config = to;
	struct volume volume = { .source = options_copy(text) };
	char *mode;

	volume.target = strchr(volume.source, ':');
	if (volume.target == NULL)
		errx(EXIT_OWN, "-v %s: not SOURCE:TARGET[:ro]", text);
	*volume.target++ = '\0';
	mode = strchr(volume.target, ':');
	if (mode != NULL)
		*mode++ = '\0';
	if (volume.source[0] != '/' || volume.target[0] != '/')
		errx(EXIT_OWN, "-v %s: both paths must start with /", text);
	if (mode != NULL && strcmp(mode, "ro") != 0 && strcmp(mode, "rw") != 0)
		errx(EXIT_OWN, "-v %s: %s is neither ro nor rw", text, mode);
	volume.read_only = mode != NULL && strcmp(mode, "ro") == 0;
	config->volumes = options_grow(
	    config->volumes, config->volume_count, sizeof(*config->volumes));
	config->volumes[config->volume_count++] = volume;
}

static void
set_tmpfs(const char *text, void *to)
{
	struct config *config = to;
	struct tmpfs tmpfs = { .target = options_copy(text) };

	tmpfs.options = strchr(tmpfs.target, ':');
	if (tmpfs.options != NULL)
		*tmpfs.options++ = '\0';
	else
		tmpfs.options = options_copy("");
	if (tmpfs.target[0] != '/')
		errx(EXIT_OWN, "--tmpfs %s: must start with /", text);
	config->tmpfs = options_grow(
	    config->tmpfs, config->tmpfs_count, sizeof(*config->tmpfs));
	config->tmpfs[config->tmpfs_count++] = tmpfs;
}

static void
set_hostname(const char *text, void *to)
{
	struct config *config = to;

	if (text[0] == '\0' || strlen(text) > 64 ||
	    strpbrk(text, " \t\n") != NULL)
		errx(EXIT_OWN,
		    "--hostname %s: needs 1 to 64 bytes, "
		    "no white space",
		    text);
	config->hostname = text;
}

static const struct option_row rows[] = {
	{ "network", 0, "WHICH", "bridge (default of root), none or host",
	    set_network, 0 },
	{ "volume", 'v', "SOURCE:TARGET[:ro]",
	    "show a directory or file of the host", set_volume, 0 },
	{ "tmpfs", 0, "TARGET[:size=SIZE,mode=MODE]",
	    "an empty directory, in memory", set_tmpfs, 0 },
	{ "read-only", 0, NULL, "the root file system cannot be written", NULL,
	    offsetof(struct config, read_only) },
	{ "hostname", 0, "NAME", "else the container's id", set_hostname, 0 },
	{ 0 },
};

const struct option_group options_world = { "World", rows };
