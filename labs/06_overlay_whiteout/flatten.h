/* flatten.h - one directory out of many layers. */

#ifndef FLATTEN_H
#define FLATTEN_H

/*
 * Copy the tree at merged, which nobody should be writing to, into the empty
 * directory out: contents, modes, owners, times, symbolic and hard links,
 * device nodes, extended attributes.
 *
 * Needs the right to read everything, and to give files to their owners:
 * root's, or that of a user namespace which has those owners.  Exits on
 * failure, naming the file; what was copied until then stays in out.
 */
void overlay_flatten(const char *merged, const char *out);

#endif
