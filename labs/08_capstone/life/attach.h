/* attach.h - the way to the terminal of a detached container. */

#ifndef ATTACH_H
#define ATTACH_H

#include <stddef.h>

/*
 * In the supervisor: a socket containers/ID/attach for who wants to attach; -1
 * with one line said.  attach_end() removes it.
 */
int attach_listen(const char *dir);
void attach_end(const char *dir, int listener);

/*
 * Take in one who wants to, and hand over master: what is typed goes there
 * directly, and so do changes of the size.  What the container says comes by
 * attach_say(), which drops what is not read in time: a container must not
 * wait for that.  -1: it has gone already.
 */
int attach_accept(int listener, int master);
void attach_say(int client, const char *text, size_t n);

/* From outside: connect to the supervisor; -1 with errno. */
int attach_connect(const char *dir);

#endif
