/* commit.h - what box tells box-image about the container. */

#ifndef COMMIT_H
#define COMMIT_H

#include <stddef.h>

/* Each is a word "KEY=value" of the command line: see ../cmd_commit.c. */
struct commit {
	const char *hold; /* a descriptor: closed, it lets the container go */
	const char *upper; /* the writable layer, with the container's ids */
	const char *base; /* the id of the image, or NULL: it is not ours */
	char **layers; /* then its directories, the top one first */
	size_t layer_count;
	const char *image; /* as the user called it */
	const char *name; /* for the new one, or NULL */
	const char *created_by; /* the command that made the layer */
	const char *author, *comment; /* or NULL */
	const char **changes; /* instructions: see change.h */
	size_t change_count;
};

#endif
