/* terminal.h - a terminal for the box, and the caller's in front of it. */

#ifndef TERMINAL_H
#define TERMINAL_H

#include <sys/types.h>

#include <poll.h>
#include <stdbool.h>

/*
 * In the box, after pivot_root and setsid(2): make a pseudoterminal in the
 * box's own /dev/pts, make it this session's terminal, standard input, output
 * and error, and /dev/console, and send the other end through socket, a Unix
 * socket.  Owned by uid.  Exits on failure.
 */
void terminal_give(int socket, uid_t uid);

/*
 * The same in two steps, and without /dev/console, for one more process of a
 * box that runs: make it, and return the slave end; and, as the leader of a
 * session, use it.
 */
int terminal_make(int socket, uid_t uid);
void terminal_use(int slave);

/*
 * On the host: receive the master end that terminal_give() sent, and give it
 * the size of the caller's terminal.  -1 when the box died first.
 */
int terminal_take(int socket);

/*
 * Put the caller's terminal, if standard input is one, into raw mode, and
 * undo that; the latter is done at exit(3) too.
 */
void terminal_raw(void);
void terminal_restore(void);

/* Send the master end to who calls terminal_take(); -1 with errno. */
int terminal_send(int socket, int fd);

/* Hand the size of the caller's terminal on. */
void terminal_resize(int master);

#endif
