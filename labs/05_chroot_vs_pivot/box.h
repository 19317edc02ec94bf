/* box.h - a box of lab 05: the way in, and what is seen from there. */

#ifndef BOX_H
#define BOX_H

#include <sys/stat.h>
#include <sys/types.h>

#include <stdbool.h>

#include "find.h"

/* The demonstration's file outside of the box. */
#define TOKEN_FILE "/tmp/outside"

/* A box, and how things were before it: the claims compare with that. */
struct box {
	enum jail_kind kind;
	const char *dir; /* its root */
	const char *token; /* the text of TOKEN_FILE, NULL: no such file */

	/* From box_survey(). */
	struct stat host_root, root;
	int host_mounts;
};

/* The mounts that a process sees from its root. */
struct mounts {
	int count;
	char top[256]; /* mountinfo's line of the one on "/", or "none" */
};

/* Get privilege: a plain user needs a user namespace to hold it in. */
void become_able(void);

/*
 * The mounts of pid, or only those with word in their line; NULL: all.  Exits
 * on failure.  See proc(5) on mountinfo.
 */
struct mounts mounts_of(pid_t pid, const char *word);

/* Note, and say, what the host sees.  Exits if there is no directory dir. */
void box_survey(struct box *box);

/* Make the caller the box, the way that kind says.  Exits on failure. */
void box_enter(const struct box *box);

/* Inside, after a survey: only the box's own directory is in sight. */
void box_claim_inside(const struct box *box);

/* Attack, and check how far it leads: by chroot all the way, else nowhere. */
void box_claim_escape(const struct box *box);

#endif
