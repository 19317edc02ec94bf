/*
 * pool.c - the addresses of a bridge's network, and which box has which.
 *
 * An address of a box is a symbolic link in the state directory: symlink(2)
 * fails when it is taken, so two boxes that start at once never get the same.
 * Which network it is, the bridge itself remembers.
 * Read: netdevice(7), ip(7), proc_pid_net(5).
 */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "pool.h"

#define DEFAULT_SUBNET "10.16.8.0/24"

static uint32_t
mask_of(unsigned int prefix)
{
	return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}

static void
print_address(uint32_t address, char text[POOL_ADDRESS])
{
	const struct in_addr in = { htonl(address) };

	inet_ntop(AF_INET, &in, text, POOL_ADDRESS);
}

void
pool_cidr(
    const struct pool *pool, const char *address, char cidr[POOL_ADDRESS + 3])
{
	snprintf(cidr, POOL_ADDRESS + 3, "%.15s/%u", address, pool->prefix);
}

/* Fill in the texts, once network and prefix are known. */
static void
describe(struct pool *pool)
{
	char text[POOL_ADDRESS];

	print_address(pool->network, text);
	pool_cidr(pool, text, pool->subnet);
	print_address(pool->network + 1, pool->gateway);
}

/* "10.16.8.0/24": at least two addresses for boxes, at most 65533. */
static int
parse_subnet(struct pool *pool, const char *text)
{
	char address[POOL_ADDRESS];
	const char *slash = strchr(text, '/'), *why;
	struct in_addr in;

	if (slash == NULL || slash - text >= POOL_ADDRESS)
		return -1;
	strlcpy(address, text, (size_t)(slash - text) + 1);
	pool->prefix = (unsigned int)strtonum(slash + 1, 16, 29, &why);
	if (why != NULL || strlen(slash + 1) != 2 ||
	    inet_pton(AF_INET, address, &in) != 1)
		return -1;
	pool->network = ntohl(in.s_addr);
	return (pool->network & ~mask_of(pool->prefix)) == 0 ? 0 : -1;
}

/* What the bridge has, if there is one with an address.  See netdevice(7). */
static void
ask_bridge(struct pool *pool, const char *bridge)
{
	struct ifreq address = { 0 }, mask = { 0 };
	struct sockaddr_in in;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strlcpy(address.ifr_name, bridge, sizeof(address.ifr_name));
	strlcpy(mask.ifr_name, bridge, sizeof(mask.ifr_name));
	if (fd != -1 && ioctl(fd, SIOCGIFADDR, &address) == 0 &&
	    ioctl(fd, SIOCGIFNETMASK, &mask) == 0) {
		memcpy(&in, &mask.ifr_netmask, sizeof(in));
		pool->prefix =
		    (unsigned int)__builtin_popcount(in.sin_addr.s_addr);
		memcpy(&in, &address.ifr_addr, sizeof(in));
		pool->network =
		    ntohl(in.sin_addr.s_addr) & mask_of(pool->prefix);
		pool->made = true;
	}
	if (fd != -1)
		close(fd);
}

/*
 * Does this host know a way to a part of the network?  A default is none, and
 * neither are its two halves, as a VPN sets them to come before it.
 */
static int
find_clash(const struct pool *pool, const char *bridge)
{
	char line[256], link[IFNAMSIZ], text[POOL_ADDRESS];
	unsigned int to, mask, common;
	FILE *routes = fopen("/proc/self/net/route", "re");

	while (routes != NULL && fgets(line, sizeof(line), routes) != NULL) {
		if (sscanf(line, "%15s %x %*x %*x %*d %*d %*d %x", link, &to,
			&mask) != 3 ||
		    __builtin_popcount(mask) <= 1 || strcmp(link, bridge) == 0)
			continue;
		common = ntohl(mask) & mask_of(pool->prefix);
		if ((ntohl(to) & common) != (pool->network & common))
			continue;
		print_address(ntohl(to), text);
		warnx("the network %s of the bridge clashes with the route to "
		      "%s/%d by %s: set BOXLAB_SUBNET to another",
		    pool->subnet, text, __builtin_popcount(mask), link);
		fclose(routes);
		return -1;
	}
	if (routes != NULL)
		fclose(routes);
	return 0;
}

int
pool_find(struct pool *pool, const char *bridge)
{
	const char *wanted = getenv("BOXLAB_SUBNET");
	struct pool asked = { 0 };

	if (wanted != NULL && parse_subnet(&asked, wanted) == -1) {
		warnx("BOXLAB_SUBNET=%s: not a network like " DEFAULT_SUBNET
		      ", of prefix 16 to 29",
		    wanted);
		return -1;
	}
	*pool = (struct pool){ 0 };
	ask_bridge(pool, bridge);
	if (pool->made) {
		describe(pool);
		if (wanted == NULL || strcmp(wanted, pool->subnet) == 0)
			return 0;
		warnx("BOXLAB_SUBNET=%s: the bridge has %s (box prune removes "
		      "it when no box runs)",
		    wanted, pool->subnet);
		return -1;
	}
	if (wanted != NULL)
		*pool = asked;
	else
		parse_subnet(pool, DEFAULT_SUBNET);
	describe(pool);
	return find_clash(pool, bridge);
}

int
pool_take(const struct pool *pool, const struct state *state,
    char address[POOL_ADDRESS])
{
	const uint32_t last = pool->network | ~mask_of(pool->prefix);
	char path[PATH_MAX];

	/* The first is the bridge's, the last is for broadcasts. */
	for (uint32_t host = pool->network + 2; host < last; host++) {
		print_address(host, address);
		file_path(
		    path, sizeof(path), "%s/net/%s", state->home, address);
		if (symlink(state->id, path) == 0)
			return 0;
		if (errno != EEXIST) {
			warn("%s", path);
			address[0] = '\0';
			return -1;
		}
	}
	warnx("every address in %s is taken", pool->subnet);
	address[0] = '\0';
	return -1;
}

int
pool_lookup(const char *home, const char *id, char address[POOL_ADDRESS])
{
	char dir[PATH_MAX], target[STATE_ID_SIZE + 1];
	const struct dirent *entry;
	int found = -1;
	ssize_t n;
	DIR *d;

	file_path(dir, sizeof(dir), "%s/net", home);
	d = opendir(dir);
	if (d == NULL)
		return -1;
	while (found == -1 && (entry = readdir(d)) != NULL) {
		n = readlinkat(
		    dirfd(d), entry->d_name, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strcmp(target, id) != 0 ||
		    strlen(entry->d_name) >= POOL_ADDRESS)
			continue;
		strlcpy(address, entry->d_name, POOL_ADDRESS);
		found = 0;
	}
	closedir(d);
	return found;
}

void
pool_free(const char *home, const char *address)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/net/%s", home, address);
	unlink(path);
}
