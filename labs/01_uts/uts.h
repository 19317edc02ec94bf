/* uts.h - give a process names of its own. */

#ifndef UTS_H
#define UTS_H

#include <sys/types.h>

/*
 * All three are called in the process that shall live in the box, by someone
 * who holds CAP_SYS_ADMIN in the user namespace that owns the UTS namespace.
 * They exit with EXIT_OWN and a message on failure.
 */

/* Leave the UTS namespace of the parent for a copy of it. */
void uts_unshare(void);

/*
 * Set the hostname and the NIS domain name of the caller's UTS namespace;
 * NULL keeps one as it is.  Each has at most 64 bytes, not counting a NUL.
 */
void uts_set_names(const char *host, const char *domain);

/* Move into the UTS namespace of another process. */
void uts_join(pid_t pid);

#endif
