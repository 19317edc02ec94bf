/* copy_in.h - copy trees between two places, neither of which is trusted. */

#ifndef COPY_IN_H
#define COPY_IN_H

/*
 * Copy what is called name in the directory from, with all that is below it,
 * into the directory to, where it is called as.  Contents, permissions and
 * times are kept; owners, set-uid and set-gid bits are not, and sockets and
 * devices are left out with a line.  A file that is there is replaced, never
 * written through; directories are merged.  No symbolic link is followed on
 * either side, whatever is changed meanwhile.  name may be ".": then the
 * contents go to as.  0, or -1 with one line said.
 */
int copy_in(int from, const char *name, int to, const char *as);

#endif
