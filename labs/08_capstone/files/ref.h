/* ref.h - the names of images, and which image of the store they mean. */

#ifndef REF_H
#define REF_H

#include <stdbool.h>
#include <stddef.h>

#define REF_SIZE 256 /* no file's name is longer */
#define REF_ID 65 /* 64 hexadecimal digits and a NUL */

/*
 * Complete a name as people write it: "busybox" is "busybox:latest", and so is
 * "docker.io/library/busybox".  false when it cannot be an image's name:
 * [host[:port]/]path[:tag], the path in lower case.
 */
bool ref_parse(char ref[REF_SIZE], const char *name);

/*
 * A complete name with what is understood too: "busybox:latest" becomes
 * "docker.io/library/busybox:latest".
 */
#define REF_FULL (REF_SIZE + sizeof("docker.io/library/"))
void ref_full(char full[REF_FULL], const char *ref);

/* Change a complete name into that of a file, and back: "/" becomes "%". */
void ref_to_file(char ref[REF_SIZE]);
void ref_from_file(char ref[REF_SIZE]);

/*
 * The image in the directory store (see images/store.h) that has the name, or
 * whose id begins with it, with or without "sha256:".  1, 0 when there is
 * none, -1 when the beginning fits several.  Anyone may call it.
 */
int ref_find(const char *store, const char *name, char id[REF_ID]);

#endif
