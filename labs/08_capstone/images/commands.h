/* commands.h - the commands of box-image, each in a file cmd_NAME.c. */

#ifndef COMMANDS_H
#define COMMANDS_H

#include <sys/types.h>

#include "options.h"
#include "store.h"
#include "unpack.h"

/* As those of box in cmd.h. */
int cmd_commit_image(int argc, char *argv[]);
int cmd_history(int argc, char *argv[]);
int cmd_images(int argc, char *argv[]);
int cmd_import(int argc, char *argv[]);
int cmd_inspect_image(int argc, char *argv[]);
int cmd_load(int argc, char *argv[]);
int cmd_pull(int argc, char *argv[]);
int cmd_rmi(int argc, char *argv[]);
int cmd_save(int argc, char *argv[]);
int cmd_tag(int argc, char *argv[]);

/* What most begin with: the state, a user namespace if need be, the store. */
void begin_command(struct store *store);

/* The mask of the user, for what is not the store's: there it is 0. */
extern mode_t begin_umask;

/* The options that load, pull and import share. */
struct intake {
	const char *tag;
	struct unpack_limits limits;
};
extern const struct intake intake_default;
extern const struct option_group options_intake;

/*
 * Load the images of a directory or archive: those of the OCI layout in it, or
 * else of docker's manifest.json.  tag: the name of the one image, or NULL.
 */
void load_from(
    struct store *store, const char *path, const struct intake *intake);

#endif
