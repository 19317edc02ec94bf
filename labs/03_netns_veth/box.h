/* box.h - a box of lab 03, and where it and its host meet. */

#ifndef BOX_H
#define BOX_H

#include <sys/types.h>

#include <net/if.h>

#include <stdbool.h>

#include "sync.h"

/* Who has which address: as "10.16.8.1/24". */
struct network {
	const char *host;
	const char *box; /* of box 1; the others count up from there */
};

/*
 * A box is wired from both sides.  The host can push a cable only into a
 * namespace that is there, and the box configure only a cable that is there.
 */
struct box {
	unsigned int number; /* from 1 */
	char cable[IFNAMSIZ]; /* the host's end */
	pid_t pid; /* 0 when it is over */
	int status; /* its exit status then */
	struct sync made; /* the box: I have my namespace */
	struct sync wired; /* the host: your end of the cable is there */
	struct sync ready; /* the box: my network works */
	struct sync go; /* the host: then go on */
};

/*
 * Get privilege: a plain user needs a user namespace, and in it a network that
 * plays the host, since over the machine's own only its root has rights.  With
 * private_host root gets one as well.
 */
void become_able(bool private_host);

/*
 * Like fork(2): true in the box, a child in a network namespace of its own
 * that is killed when its parent dies.  Sets pid.  Exits on failure.
 */
bool box_start(struct box *box);

/* In the box: say one thing, wait for the other.  Exits if the host died. */
void box_meet(struct sync *say, struct sync *hear);

/* In the box: make its end of the cable work.  Exits on failure. */
void box_configure(
    const struct box *box, const struct network *network, const char *link);

#endif
