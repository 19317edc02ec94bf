/* nsid.h - which namespace is this? */

#ifndef NSID_H
#define NSID_H

#include <sys/types.h>

/*
 * The inode number behind /proc/PID/ns/TYPE ("uts", "pid", "net", ...): two
 * processes with the same number share the namespace.  pid 0 is the caller.
 * Needs a /proc that knows pid, and ptrace rights over another's process.
 * 0 with errno on failure.  See namespaces(7).
 */
ino_t ns_id(pid_t pid, const char *type);

#endif
