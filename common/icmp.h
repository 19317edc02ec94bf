/* icmp.h - one ping, since ping(8) may be missing. */

#ifndef ICMP_H
#define ICMP_H

/*
 * Send one echo request to an IPv4 address and wait for its reply, at most
 * timeout milliseconds.  The round trip in microseconds, or -1 with errno
 * (ENETUNREACH, ETIMEDOUT, EINVAL for a bad address ...).  Needs CAP_NET_RAW
 * in the user namespace that owns the network namespace.  See raw(7), RFC 792.
 */
long icmp_ping(const char *address, int timeout);

#endif
