/* scenes.h - what happens in the demonstration, one scene after the other. */

#ifndef SCENES_H
#define SCENES_H

/*
 * Each runs where scratch_make_layers() did, in a process and a mount namespace
 * of its own, and returns the exit status.
 */

/* The box writes, deletes and renews; its layer shows what that leaves. */
int scene_change(void);

/* What the layer says about the box, to somebody who was not there. */
int scene_list(void);

/* The layers without init are the image that a commit of the box gives. */
int scene_commit(void);

#endif
