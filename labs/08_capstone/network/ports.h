/* ports.h - ports of the host that lead into a box. */

#ifndef PORTS_H
#define PORTS_H

#include <stdio.h>

#include "config.h"
#include "state.h"

/*
 * Add "80", "80/udp" or a range to the ports that -P publishes: from the
 * command line, or what an image says of itself.  -1 when it is no port.
 */
int ports_expose(struct config *config, const char *text);

/* With -P, the exposed ports are as if -p had named them.  Call it once. */
void ports_publish_exposed(struct config *config);

/*
 * Take the ports of the host that config asks for, as long as this process
 * lives, and choose those it leaves open: nobody else on this host, box or
 * not, can listen there.  Writes them to containers/ID/ports.  -1, with one
 * line said and nothing taken, when one is not to be had.
 */
int ports_claim(const struct config *config, const struct state *state);

/* Let go of the ports, not of the list: another process will listen there. */
void ports_hand_on(const struct config *config);

/* Give them back.  Harmless when they are not taken. */
void ports_release(const struct config *config, const struct state *state);

/* The list on disk only, of a box that died. */
void ports_forget(const char *home, const char *id);

/*
 * The list of a container's ports, NULL when it has none, and its next line:
 * false at the end.
 */
FILE *ports_list(const char *home, const char *id);
bool ports_next(FILE *list, struct port *port);

#endif
