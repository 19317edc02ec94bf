/* signals.h - signals by name. */

#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * The number of "TERM", "SIGTERM", "term", "15" or "RTMIN+3"; -1 when there is
 * no such signal.
 */
int signals_parse(const char *text);

/* "TERM" for 15, for a person; NULL where we have no name. */
const char *signals_name(int sig);

#endif
