/* hairpin.h - a port of a bridge that hands back what came from it. */

#ifndef HAIRPIN_H
#define HAIRPIN_H

/*
 * Have a bridge send frames out of the port they came in by, too.  Call it
 * once the link is a port of the bridge; needs CAP_NET_ADMIN.  0, or -1 with
 * errno.
 */
int hairpin_allow(const char *port);

#endif
