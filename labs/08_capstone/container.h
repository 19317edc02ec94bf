/* container.h - run one container, from its first system call to its last. */

#ifndef CONTAINER_H
#define CONTAINER_H

#include <signal.h>
#include <stdbool.h>

#include "config.h"
#include "image.h"
#include "state.h"

/*
 * Run config's command in a box made of image, and return its exit status,
 * EXIT_OWN when the box could not be made.  state has been created; the
 * caller releases it.  All else that this makes on the host is gone at the
 * end.  The caller has called monitor_block(), and signals is the mask that
 * the command starts with.  Needs CAP_SYS_ADMIN; rootless: in a user namespace
 * of our own only.
 */
int container_run(const struct config *config, const struct image *image,
    struct state *state, bool rootless, const sigset_t *signals);

#endif
