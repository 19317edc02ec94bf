/* boxes.h - the tool: a command in a box, or in each of several. */

#ifndef BOXES_H
#define BOXES_H

#include <net/if.h>

#include <signal.h>
#include <stdbool.h>

#include "box.h"

/* What a name under /run/netns needs, for messages. */
#define ROOT_ADVICE \
	"needs root on this machine: sudo, or a virtual one: make vm"

enum {
	BOXES_MAX = 64,
};

struct job {
	struct network network;
	unsigned int boxes;
	bool bridged; /* else one box, on a cable of its own */
	const char *save_name; /* keep the box's network, or NULL */
	char **argv; /* the command */

	/* From boxes_run(). */
	char bridge[IFNAMSIZ]; /* "" without one */
	struct box box[BOXES_MAX];
	sigset_t signals; /* that we take */
	sigset_t mask; /* of the command */
};

/*
 * Start the boxes, each with the command and its number in $BOX, wait for them
 * all, and remove what they needed.  Returns the exit status: that of the
 * first box that failed.
 */
int boxes_run(struct job *job);

#endif
