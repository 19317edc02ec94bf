/* remap.h - a box whose root is nobody on the host: --userns. */

#ifndef REMAP_H
#define REMAP_H

#include <sys/types.h>

#include <stdbool.h>

#include "config.h"
#include "state.h"
#include "sync.h"

struct remap {
	bool on;
	bool back; /* not for a box: see remap_again() */
	unsigned int base; /* what the box's id 0 is outside */
	unsigned int size; /* how many ids the box has */
	int userns; /* the namespace's descriptor */
};

/* Parse --userns's "host", "auto" or "remap:BASE:SIZE".  Exits on failure. */
void remap_parse(const char *text, struct config *config);

/*
 * Choose the ids that config asks for, and make a user namespace with them,
 * which nobody is in yet.  "auto" takes 65536 that no other container has,
 * noted in HOME/userns: they are the container's until remap_forget(), for its
 * files have them.  Called on the host's side, as its root: rootless, it
 * refuses.  0, or -1 with one line said.  remap_release() lets the namespace
 * go.
 */
int remap_prepare(struct remap *remap, const struct config *config,
    const struct state *state, bool rootless);
void remap_release(const struct remap *remap);

/*
 * The ids of a container that has been started, from its directory: off if they
 * are the host's.  remap_again() makes a namespace of them for remap_bind()
 * alone; with back the opposite one, in which what belongs to base on disk,
 * since the box wrote it, is shown as root's.  0, or -1 with one line said.
 */
int remap_recall(struct remap *remap, const char *dir);
int remap_again(struct remap *remap, bool back);

/*
 * Give back the ids of a container, id below containers/, that is about to be
 * removed.
 */
void remap_forget(const char *home, const char *id);

/*
 * Become root of the namespace, and nobody outside: after all that needs the
 * host's root.  root, a directory, has to be in reach afterwards.  Does nothing
 * if remap is off.  Exits on failure.
 */
void remap_enter(const struct remap *remap, const char *root);

/*
 * Like pid_clone_init(), for a box in the namespace: prepare, in a child that
 * still is the host's root, does what needs that, and returns where the box's
 * root will be.  Process 1 has to wait for adopted before anything else.
 */
pid_t remap_clone(const struct remap *remap, struct sync *adopted,
    const char *(*prepare)(void *arg), void *arg);

/*
 * Show the directory from on the directory to with the ids of the namespace:
 * what belongs to 0 on disk belongs to the box's root there, and what that
 * makes belongs to 0 on disk.  See mount_setattr(2), MOUNT_ATTR_IDMAP.  Exits
 * where the file system cannot.
 */
void remap_bind(const struct remap *remap, const char *from, const char *to);

/* The same for a tree of open_tree(2) which is not mounted yet. */
void remap_tree(const struct remap *remap, int tree, const char *name);

#endif
