/* pool.h - the addresses of a bridge's network, and which box has which. */

#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

#define POOL_ADDRESS 16 /* room for "255.255.255.255" */

struct pool {
	uint32_t network; /* in host byte order */
	unsigned int prefix;
	bool made; /* the bridge is there and has its address */
	char subnet[POOL_ADDRESS + 3]; /* "10.16.8.0/24" */
	char gateway[POOL_ADDRESS]; /* its first address, the bridge's */
};

/*
 * Find out which network is the bridge's: that which it has, else that which
 * it shall get, by BOXLAB_SUBNET if it is set, else the default.  -1 with one
 * line said when what is wanted is no network, when the bridge has another, or
 * when this host has a route to a part of it already.  Needs no privilege.
 */
int pool_find(struct pool *pool, const char *bridge);

/* An address with its network's prefix, as "10.16.8.2/24". */
void pool_cidr(
    const struct pool *pool, const char *address, char cidr[POOL_ADDRESS + 3]);

/*
 * Take the lowest free address for the container of state, atomically.  -1
 * with one line said when there is none.
 */
int pool_take(const struct pool *pool, const struct state *state,
    char address[POOL_ADDRESS]);

/* The address that the container id has; -1 when it has none. */
int pool_lookup(const char *home, const char *id, char address[POOL_ADDRESS]);

/* Give an address back. */
void pool_free(const char *home, const char *address);

#endif
